"""The commands on the archive's files, where there is less than was asked for."""

from datetime import date
from pathlib import Path

import pytest

from minibroker.model.errors import Exit
from minibroker.model.shipped import shipped
from minibroker.model.survey import load_survey
from tests.archived import write_night
from tests.command_line import run

STATUS = "help: `minibroker archive status` lists those it has; what the archive job writes is seen"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["verify"], "the archive has no night of ztf or lsst: "),
        (["verify", "lsst"], "the archive has no night of lsst: "),
        (["verify", "--night", "2026-03-05"], "the archive has no night 2026-03-05 of ztf or lsst"),
        (["compact", "ztf", "--night", "2026-03-05"], "the archive has no night 2026-03-05 of ztf"),
    ],
)
def test_nights_that_are_not_there_are_an_error(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("archive", *words) == Exit.USAGE
    err = capsys.readouterr().err
    assert f"error[no-nights]: {told}" in err
    assert STATUS in err
    assert str(Path("minibroker-data/archive").absolute()) in err


@pytest.mark.parametrize(("name", "other"), [("ztf", "lsst"), ("lsst", "ztf")])
def test_one_night_that_one_survey_has_is_compacted_and_verified(
    name: str, other: str, capsys: pytest.CaptureFixture[str]
) -> None:
    survey = load_survey(shipped("schemas") / name)
    write_night(Path("minibroker-data/archive"), survey, date(2026, 3, 5), 60)
    assert run("archive", "verify", "--night", "2026-03-05", "--night", "2026-03-06") == Exit.USAGE
    assert "no night 2026-03-06 of ztf or lsst" in capsys.readouterr().err
    assert run("archive", "verify", "--night", "2026-03-05") == Exit.DONE
    assert "every packet is there once" in capsys.readouterr().err
    assert run("archive", "compact", "--night", "2026-03-05") == Exit.DONE
    assert not Path(f"minibroker-data/archive/{other}").exists()
