"""The filters of sql/: each compiles quickly and without a warning, and sql/README.md lists it.

How many alerts of the sample pass is counted in tests/integration/test_end_to_end.py; what passes
none of them is tried here on alerts that are made for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest

from minibroker.compiler import check_filter
from minibroker.compiler.functions import FUNCTIONS
from minibroker.model.filter import Filter, FilterPlan, FilterSource
from minibroker.model.survey import Survey, load_surveys

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "sql" / "README.md"
FILES = sorted((ROOT / "sql").glob("*.sql"))

SOURCE = re.compile(r"^-- [ZL]\d+; (.+)$", re.MULTILINE)
"""The comment that says where a filter comes from; a row of the table has its first clause."""
CALL = re.compile(rf"\b({'|'.join(map(re.escape, FUNCTIONS))})\s*\(", re.IGNORECASE)
HEAD = "| filter | what it finds | kind | passes | from |\n|---|---|---|---|---|\n"

Record = Mapping[str, Any]

_KILONOVA = {
    **{"drb": 0.95, "classtar": 0.9, "ndethist": 2, "isdiffpos": "t", "ssdistnr": -999.0},
    **{"jdstarthist": 2459000.0, "jd": 2459002.0, "fid": 1, "magpsf": 20.0, "dec": 80.0, "ra": 0.0},
    "sigmapsf": 0.1,
}
_TRAIL = {"psfFlux": 20000.0, "psfFluxErr": 100.0, "trailLength": 5.0, "trailFlux": 30000.0}
_RISE = {"psfFlux": 40000.0, "band": "r", "midpointMjdTai": 61002.0}
MADE: Mapping[str, tuple[dict[str, Any], str, Record]] = {
    "lsst_bright": (
        {"diaSource": {"reliability": 0.9, "snr": 60.0, "psfFlux": 200000.0}},
        "diaSource",
        {"psfFlux": 100000.0},
    ),
    "lsst_bright_in_g": (
        {"diaSource": {"band": "g", "psfFlux": 200001.0}},
        "diaSource",
        {"band": "r"},
    ),
    "lsst_faint_trails": ({"diaSource": _TRAIL}, "diaSource", {"pixelFlags_streak": True}),
    "lsst_rising_bright": (
        {
            "diaSource": _RISE,
            "diaObject": {"nDiaSources": 5, "r_psfFluxMean": 3e4, "r_psfFluxMeanErr": 3e3},
            "prvDiaSources": [{"midpointMjdTai": 61000.0}],
        },
        "diaSource",
        {"band": "i"},
    ),
    "ztf_bright_northern_box": (
        {"candidate": {"magpsf": 16.0, "ra": 100.0, "dec": 45.0}},
        "candidate",
        {"ra": 190.0},
    ),
    "ztf_fading_kilonova": (
        {
            "candidate": _KILONOVA,
            "prv_candidates": [{"fid": 1, "jd": 2459001.0, "magpsf": 19.6, "sigmapsf": 0.1}],
        },
        "candidate",
        {"magpsf": 19.8},
    ),
}
"""For each filter that nothing of the sample passes: an alert that does, and what spoils it."""


@cache
def _surveys() -> Mapping[str, Survey]:
    return load_surveys(ROOT / "schemas")


def _source(file: Path) -> FilterSource:
    return FilterSource(file.read_text(), file.name)


def _plan(file: Path) -> FilterPlan:
    checked = check_filter(_source(file), _surveys())
    assert checked.plan is not None, checked.diagnostics
    assert checked.diagnostics == ()
    return checked.plan


def _filter(file: Path) -> Filter:
    return _plan(file).filter


def _passes(plan: FilterPlan, alert: Record) -> bool:
    """Return whether an alert passes that has NULL in every field that is not given."""
    whole: dict[str, Any] = {}
    for record, *field in plan.filter.columns:
        given = alert.get(record)
        if isinstance(given, list):
            whole[record] = given
        else:
            whole.setdefault(record, {**(given or {})}).setdefault(*field, None)
    values = ", ".join(f'${name} AS "{name}"' for name in whole)
    (answer,) = duckdb.execute(f"SELECT {plan.duckdb} FROM (SELECT {values})", whole).fetchall()
    return answer == (True,)


def _kind(text: str) -> str:
    sql = re.sub(r"--.*", "", text)
    if re.search(r"\bUNNEST\(", sql):
        return "A"
    return "F" if CALL.search(sql) else "S"


def _row(file: Path) -> str:
    found = _filter(file)
    (origin,) = SOURCE.findall(file.read_text())
    cells = (
        f"[{found.name}]({file.name})",
        found.description,
        _kind(file.read_text()),
        found.expect,
        origin.partition(",")[0],
    )
    return f"| {' | '.join(cells)} |\n"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_compiles_without_a_warning_and_says_what_it_is(file: Path) -> None:
    found = _filter(file)
    assert found.name == file.stem
    assert file.stem.startswith(f"{found.survey}_")
    assert found.description
    assert re.fullmatch(r"\d+ of \d+", found.expect)
    assert len(SOURCE.findall(file.read_text())) == 1


def test_what_nothing_of_the_sample_passes_is_tried_on_made_alerts() -> None:
    assert {file.stem for file in FILES if _filter(file).expect.startswith("0 ")} == MADE.keys()


@pytest.mark.parametrize("name", MADE)
def test_a_made_alert_passes_and_a_spoiled_one_does_not(name: str) -> None:
    plan = _plan(ROOT / "sql" / f"{name}.sql")
    alert, record, spoil = MADE[name]
    assert _passes(plan, alert)
    assert not _passes(plan, {**alert, record: {**alert[record], **spoil}})


def test_no_two_mean_the_same() -> None:
    fingerprints = {_filter(file).fingerprint for file in FILES}
    assert len(fingerprints) == len(FILES)


def test_readme_lists_every_filter(request: pytest.FixtureRequest) -> None:
    written = README.read_text()
    begin = written.index(HEAD)
    (shown,) = re.findall(r"(?:^\|.*\|\n)+", written[begin:], re.MULTILINE)
    table = HEAD + "".join(map(_row, FILES))
    if request.config.getoption("--update"):
        README.write_text(written.replace(shown, table))
    else:
        assert shown == table
