"""What can be measured has a target of make that says so, and a sentence in the README."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BENCHES = sorted(
    file.stem for file in (ROOT / "bench").glob("*.py") if "def main()" in file.read_text()
)


@pytest.mark.parametrize("name", BENCHES)
def test_every_bench_has_a_target_with_help_and_a_place_in_the_readme(name: str) -> None:
    target = "bench" if name == "__main__" else f"bench-{name}"
    makefile = (ROOT / "Makefile").read_text()
    assert re.search(rf"^(\S+ )*{target}( \S+)*: setup$", makefile, re.MULTILINE)
    assert re.search(rf'@echo "make {target} ', makefile)
    assert re.search(rf"^\.PHONY: .*\b{target} ", makefile, re.MULTILINE)
    readme = (ROOT / "README.md").read_text() + (ROOT / "docs" / "archive.md").read_text()
    assert f"`make {target}`" in readme


def test_there_are_benches() -> None:
    assert BENCHES == ["__main__", "archive", "edits", "live", "scale"]
