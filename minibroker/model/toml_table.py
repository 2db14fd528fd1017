"""One table of a TOML file, read key by key: every mistake names the file, the key, the remedy."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path as FilePath
from typing import Any

from minibroker.model.errors import ConfigError


class TomlTable:
    """A table whose keys are asked for one at a time; `finish` refuses those never asked for."""

    def __init__(self, file: FilePath, values: dict[str, Any], prefix: str = "") -> None:
        self.file = file
        self.values = values
        self._prefix = prefix
        self._asked: list[str] = []

    def fault(self, key: str, message: str, remedy: str) -> ConfigError:
        """Return the error that says what is wrong with ``key``."""
        return ConfigError("toml-value", f"{self.file}: {self._prefix}{key}: {message}", remedy)

    def text(self, key: str, default: str | None = None) -> str:
        """Return a string; without ``default`` the key is required and not empty."""
        value = self._get(key, str, "a string", default)
        if value == "" and default is None:
            raise self.fault(key, "is empty", f'write {key} = "..."')
        return str(value)

    def choice(self, key: str, options: Sequence[str], default: str | None = None) -> str:
        """Return a string that is one of ``options``."""
        value = self.text(key, default)
        if value not in options and value != default:
            expected = " or ".join(f'"{option}"' for option in options)
            raise self.fault(key, f'found "{value}"', f"write {expected}" + closest(value, options))
        return value

    def number(self, key: str, default: float | None = None) -> float:
        """Return a number."""
        return float(self._get(key, (int, float), "a number", default))

    def scalar(self, key: str) -> float | str:
        """Return a number or a string."""
        value = self._get(key, (int, float, str), "a number or a string", None)
        return value if isinstance(value, str) else float(value)

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """Return a list of strings."""
        values = self._get(key, (list, tuple), "a list of strings", default)
        if not all(isinstance(value, str) for value in values):
            raise self.fault(key, "holds something that is not a string", "quote every element")
        return tuple(values)

    def table(self, key: str) -> TomlTable:
        """Return an inner table, empty when absent."""
        values = self._get(key, dict, "a table", {})
        return TomlTable(self.file, values, f"{self._prefix}{key}.")

    def tables(self, key: str) -> list[TomlTable]:
        """Return a list of tables, empty when absent."""
        values = self._get(key, list, "a list of tables", [])
        if not all(isinstance(value, dict) for value in values):
            raise self.fault(key, "holds something that is not a table", f"write [[{key}]]")
        return [
            TomlTable(self.file, value, f"{self._prefix}{key}[{index}].")
            for index, value in enumerate(values, start=1)
        ]

    def __iter__(self) -> Iterator[str]:
        """Yield the keys as they stand in the file."""
        return iter(self.values)

    def finish(self) -> None:
        """Raise ConfigError for the first key that nothing asked for."""
        for key in self.values:
            if key not in self._asked:
                known = ", ".join(self._asked)
                near = closest(key, self._asked)
                raise ConfigError(
                    "toml-unknown-key",
                    f"{self.file}: {self._prefix}{key}: no such key" + near,
                    f"the keys here are: {known}",
                )

    def _get(self, key: str, kind: type | tuple[type, ...], noun: str, default: Any) -> Any:
        self._asked.append(key)
        if key not in self.values:
            if default is None:
                raise self.fault(key, f"is missing; it is {noun}", f"add {key} to the file")
            return default
        value = self.values[key]
        if not isinstance(value, kind) or isinstance(value, bool):
            raise self.fault(key, f"expected {noun}, found {value!r}", f"make it {noun}")
        return value


def read_toml(file: FilePath) -> TomlTable:
    """Read a file as one table; raise ConfigError when it is absent or not TOML."""
    try:
        with file.open("rb") as stream:
            return TomlTable(file, tomllib.load(stream))
    except FileNotFoundError:
        raise ConfigError("toml-missing", f"{file}: no such file", "create it") from None
    except (OSError, ValueError) as error:
        raise ConfigError("toml-invalid", f"{file}: {error}", "repair the file") from error


def closest(word: str, known: Iterable[str]) -> str:
    """Return ``; did you mean 'x'?`` for the nearest of ``known``, or nothing."""
    known = list(known)
    near = [name for name in known if name.lower() == word.lower()]
    near = near or difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return f"; did you mean '{near[0]}'?" if near else ""
