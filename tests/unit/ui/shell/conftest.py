from datetime import date
from pathlib import Path

import pytest

from minibroker.model.survey import load_surveys
from minibroker.ui.cli import main
from tests.archived import write_night

ROOT = Path(__file__).resolve().parents[4]
NIGHTS = (date(2026, 3, 5), date(2026, 3, 6))


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose archive has two nights of 40 ZTF alerts."""
    data = tmp_path_factory.mktemp("shell")
    ztf = load_surveys(ROOT / "schemas")["ztf"]
    for night in NIGHTS:
        write_night(data / "archive", ztf, night, 40)
    return data


class Shell:
    """`minibroker shell` in this process, without a terminal."""

    def __init__(self, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._data = data
        self._capsys = capsys
        self.out = ""
        self.err = ""

    def run(self, *words: str) -> int:
        """Run the shell and return its exit code; what it printed is in ``out`` and ``err``."""
        code = 0
        try:
            main(["shell", "--set", f"data={self._data}", *words])
        except SystemExit as end:
            code = int(end.code or 0)
        self.out, self.err = self._capsys.readouterr()
        return code


@pytest.fixture
def shell(
    data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Shell:
    monkeypatch.chdir(tmp_path)
    return Shell(data, capsys)
