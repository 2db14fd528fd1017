"""The notebook docs/filtering.py, run on simulated nights: Python and SQL agree at every step."""

from __future__ import annotations

import importlib.util
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from minibroker.compiler import compile_filter
from minibroker.model.filter import FilterSource
from minibroker.model.survey import load_surveys
from tests.archived import write_night
from tests.readme import ROOT

pytest.importorskip("marimo", reason="this environment is older than the notebook: make setup")

NOTEBOOK = ROOT / "docs" / "filtering.py"
SURVEYS = load_surveys(ROOT / "schemas")
ALERTS = 120


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An archive of two nights, which is what the settings name."""
    for day in (5, 6):
        write_night(tmp_path / "archive", SURVEYS["ztf"], date(2026, 3, day), ALERTS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MINIBROKER_DATA", str(tmp_path))
    return tmp_path


def _app() -> Any:
    """Return the notebook as marimo reads it."""
    spec = importlib.util.spec_from_file_location("filtering", NOTEBOOK)
    assert spec is not None
    assert spec.loader is not None
    notebook = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(notebook)
    return notebook.app


def test_python_and_sql_agree_and_its_filter_is_the_one_that_ships(data: Path) -> None:
    outputs, defined = _app().run()
    assert len(defined["alerts"]) == ALERTS
    left = [(row["left in Python"], row["left in SQL"]) for row in defined["rows"]]
    assert all(python == sql for python, sql in left)
    counts = [python for python, _ in left]
    assert ALERTS > counts[0] > counts[-1] > 0
    assert counts == sorted(counts, reverse=True)
    assert [night["read"] for night in defined["nights"]] == [ALERTS, ALERTS]
    assert len(defined["nearly"].misses) > 0
    shown = "".join(each.text for each in outputs if hasattr(each, "text"))
    assert "Both columns agree" in shown
    assert "data:image/png;base64," in shown
    assert "<svg" in shown
    file = ROOT / "sql" / "ztf_likely_transients.sql"
    shipped = compile_filter(FilterSource(file.read_text(), file.name), SURVEYS)
    assert defined["chosen"].fingerprint == shipped.filter.fingerprint
