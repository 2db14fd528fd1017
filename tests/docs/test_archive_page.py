"""The examples of docs/archive.md on a night of its layout, before and after compaction."""

import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from minibroker.engine.compaction import Compaction, CompactionSettings
from minibroker.model.shipped import shipped
from minibroker.model.survey import load_survey
from minibroker.service.compact import orders

PAGE = Path(__file__).resolve().parents[2] / "docs" / "archive.md"
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)


@pytest.fixture
def survey_folder(tmp_path: Path) -> Path:
    for night in ("2026-03-05", "2026-03-06"):
        folder = tmp_path / "archive" / "ztf" / "alerts" / f"night={night}"
        folder.mkdir(parents=True)
        for number in range(3):
            duckdb.execute(
                "COPY (SELECT 'ZTF' || i AS objectId, i AS candid, {'jd': i::DOUBLE, 'ra': 1.0,"
                " 'dec': 2.0, 'rb': i / 10, 'magpsf': 18.0} AS candidate,"
                " [{'fid': 1, 'magpsf': 19.0}] AS prv_candidates, 'ztf' AS kafka_topic,"
                f" 0 AS kafka_partition, {number * 10} + i AS kafka_offset,"
                " TIMESTAMP '2026-03-05 06:00:00' AS kafka_timestamp FROM range(11) r(i))"
                f" TO '{folder}/part-{number}' (FORMAT parquet)"
            )
            (folder / f".part-{number}.inprogress").write_bytes(b"half a file")
    return tmp_path / "archive" / "ztf"


def _shown(example: str, folder: Path) -> str:
    command = [sys.executable, "-c", example]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_there_are_three_readers() -> None:
    assert [re.findall(r"import (\w+)", each)[0] for each in EXAMPLES] == [
        "duckdb",
        "polars",
        "pandas",
    ]


def test_the_examples_read_the_same_before_and_after_compaction(survey_folder: Path) -> None:
    root = survey_folder.parents[1]
    assert [_shown(each, root) for each in EXAMPLES] == ["6\n"] * 3
    survey = load_survey(shipped("schemas") / "ztf")
    compaction = Compaction(survey_folder, orders(survey), CompactionSettings(grace=0.0))
    for night in ("2026-03-05", "2026-03-06"):
        assert compaction.compact("alerts", night) is not None
    assert [_shown(each, root) for each in EXAMPLES] == ["6\n"] * 3, "published"
    assert compaction.finish() == 6
    assert [_shown(each, root) for each in EXAMPLES] == ["6\n"] * 3, "finished"
    assert len(list(survey_folder.glob("alerts/*/part-*"))) == 2
