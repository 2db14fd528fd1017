import duckdb
import pytest

from minibroker.model.survey import load_surveys
from minibroker.ui.shell.words import DUCKDB_FUNCTIONS, KEYWORDS, Vocabulary
from tests.unit.ui.shell.conftest import ROOT

VOCABULARY = Vocabulary(
    surveys=load_surveys(ROOT / "schemas"),
    functions={"cone": "cone(ra, dec, ra0, dec0, radius)", "count": "function"},
    commands={"d": "views", "dt": "nights", "format": "how"},
    formats=("csv", "json"),
)


@pytest.mark.parametrize(
    ("before", "written", "offered"),
    [
        ("sel", "sel", ["select"]),
        ("SEL", "SEL", ["SELECT"]),
        ("SELECT * FROM zt", "zt", ["ztf"]),
        ("SELECT candidate.magps", "magps", ["magpsf"]),
        ("SELECT diaSource.psfFluxE", "psfFluxE", ["psfFluxErr"]),
        ("FROM ztf AS z SELECT z.candidate.magps", "magps", ["magpsf"]),
        ("FROM ztf SELECT 1 FROM UNNEST(prv_candidates) AS p WHERE p.magps", "magps", ["magpsf"]),
        ("SELECT 1 FROM ztf, UNNEST(prv_candidates) AS t(p) WHERE p.magps", "magps", ["magpsf"]),
        ("FROM ztf SELECT prv_candidates[1].magps", "magps", ["magpsf"]),
        ("FROM ztf SELECT diaSource.psfFl", "psfFl", []),
        ("SELECT con", "con", ["cone"]),
        ("SELECT night", "night", ["night"]),
        ("\\", "\\", ["\\d", "\\dt", "\\format"]),
        ("\\d z", "z", ["ztf"]),
        ("\\d filt", "filt", ["filters"]),
        ("\\format c", "c", ["csv"]),
        ("SELECT nothing.", "", []),
    ],
)
def test_completion(before: str, written: str, offered: list[str]) -> None:
    word, words = VOCABULARY.words(before)
    assert (word, [each.text for each in words]) == (written, offered)


def test_a_field_is_offered_with_its_type_and_unit() -> None:
    _, (word,) = VOCABULARY.words("FROM ztf SELECT candidate.magps")
    assert word.told.startswith("DOUBLE mag  ")


def test_duckdb_knows_what_is_offered() -> None:
    functions = {
        name for (name,) in duckdb.sql("SELECT function_name FROM duckdb_functions()").fetchall()
    }
    assert set(DUCKDB_FUNCTIONS) <= functions
    keywords = {
        word.upper()
        for (word,) in duckdb.sql("SELECT keyword_name FROM duckdb_keywords()").fetchall()
    }
    assert set(KEYWORDS) <= keywords
