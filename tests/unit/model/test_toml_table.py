"""Reading a TOML file key by key."""

from __future__ import annotations

from pathlib import Path

import pytest

from minibroker.model.errors import ConfigError
from minibroker.model.toml_table import closest, read_toml


def test_an_absent_file_and_a_broken_one_are_named(tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    with pytest.raises(ConfigError, match=r"x\.toml: no such file"):
        read_toml(file)
    file.write_text("a = =\n")
    with pytest.raises(ConfigError, match=r"x\.toml: .*line 1"):
        read_toml(file)


def test_an_unknown_key_gets_a_suggestion_and_the_known_ones(tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    file.write_text('[time]\nfeild = "a"\n')
    table = read_toml(file).table("time")
    assert table.text("field", "none") == "none"
    with pytest.raises(ConfigError) as caught:
        table.finish()
    assert caught.value.message == f"{file}: time.feild: no such key; did you mean 'field'?"
    assert caught.value.remedy == "the keys here are: field"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("text", "k: expected a string, found 3"),
        ("texts", "k: expected a list of strings, found 3"),
        ("table", "k: expected a table, found 3"),
        ("tables", "k: expected a list of tables, found 3"),
    ],
)
def test_a_wrong_type_is_told_with_what_was_found(tmp_path: Path, call: str, message: str) -> None:
    file = tmp_path / "x.toml"
    file.write_text("k = 3\n")
    with pytest.raises(ConfigError) as caught:
        getattr(read_toml(file), call)("k")
    assert caught.value.message == f"{file}: {message}"


def test_the_nearest_name_is_first_the_one_that_differs_in_case() -> None:
    assert closest("PSFFLUX", ["psfFlux_flag", "psfFlux"]) == "; did you mean 'psfFlux'?"
    assert closest("magpfs", ["magpsf", "magap"]) == "; did you mean 'magpsf'?"
    assert closest("zzz", ["magpsf"]) == ""
