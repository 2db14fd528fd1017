from __future__ import annotations

from collections.abc import Callable

import pytest

from minibroker.compiler.fingerprint import LENGTH, canonical, fingerprint
from minibroker.model.expression import Column, Literal
from minibroker.model.filter import FilterPlan, Format, Projection
from minibroker.model.types import Scalar

SAME = [
    ("candidate.rb > 0.5", "SELECT *\nFROM ztf -- x\nWHERE (candidate.rb>5e-1);"),
    ("candidate.fid <> 1", "WHERE candidate.fid != 1"),
    ("candidate.fid IN (1, 2)", "candidate.fid in (2, 1, 1)"),
    ("NOT candidate.rb IS NULL", "candidate.rb IS NOT NULL"),
    ("candidate.rb > 1 AND (candidate.fid = 1 AND candidate.nbad = 0)",
     "candidate.rb > 1 and candidate.fid = 1 and candidate.nbad = 0"),
    ("candidate.rb > 0.5 AND TRUE", "candidate.rb > 0.5"),
    ("objectId LIKE 'a!%' ESCAPE '!'", "objectId LIKE 'a\\%' ESCAPE '\\'"),
    ("mag(candidate.rb) > 1", "flux2mag(candidate.rb) > 1"),
    ("SELECT * EXCLUDE (cutouts) FROM ztf WHERE candidate.rb > 1",
     "select * except (cutoutTemplate, cutoutDifference, cutoutScience) from ztf"
     " where candidate.rb > 1"),
    ("SELECT candid, candidate.ra FROM ztf WHERE candidate.rb > 1",
     "-- format: json\nSELECT z.candid, (candidate.ra) AS ra FROM ztf z WHERE candidate.rb > 1"),
]  # fmt: skip

DIFFERENT = [
    ("candidate.rb > 0.5", "candidate.rb >= 0.5"),
    ("candidate.rb > 0.5", "candidate.drb > 0.5"),
    ("candidate.rb > 0.5", "candidate.rb > 0.50000001"),
    ("objectId = 'a'", "objectId = 'A'"),
    ("candidate.fid = 1 OR candidate.rb > 1", "candidate.fid = 1 AND candidate.rb > 1"),
    ("SELECT * FROM ztf", "SELECT * EXCLUDE (cutouts) FROM ztf"),
    ("SELECT * EXCLUDE (cutoutScience) FROM ztf", "SELECT * EXCLUDE (cutouts) FROM ztf"),
    ("SELECT * FROM ztf", "SELECT candid FROM ztf"),
    ("SELECT candid FROM ztf", "SELECT candid AS id FROM ztf"),
    ("SELECT candid, objectId FROM ztf", "SELECT objectId, candid FROM ztf"),
    ("SELECT candid FROM ztf", "-- format: avro\nSELECT candid FROM ztf"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_meaning(one: str, other: str, plan: Callable[..., FilterPlan]) -> None:
    assert plan(one).filter.fingerprint == plan(other).filter.fingerprint


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_another_meaning(one: str, other: str, plan: Callable[..., FilterPlan]) -> None:
    assert plan(one).filter.fingerprint != plan(other).filter.fingerprint


def test_survey_and_projection_are_part_of_it() -> None:
    condition = Literal(True, Scalar.BOOLEAN)
    prints = {
        fingerprint("ztf", condition),
        fingerprint("lsst", condition),
        fingerprint("ztf", condition, Projection(Format.WITHOUT_CUTOUTS, excluded=("a",))),
    }
    assert len(prints) == 3
    assert all(len(each) == LENGTH for each in prints)


def test_it_does_not_change_from_run_to_run() -> None:
    column = Column(("candidate", "rb"), Scalar.DOUBLE)
    assert canonical(column) == '(Column ["candidate" "rb"] DOUBLE)'
    assert fingerprint("ztf", column) == "8f67faeeeac35c27"
