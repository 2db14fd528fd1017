"""The functions that DuckDB lacks, for the shell: as macros of the very expansion filters get."""

from __future__ import annotations

from collections.abc import Iterator

from minibroker.compiler.functions import Group, reference
from minibroker.compiler.spell_duckdb import spell_duckdb
from minibroker.model.expression import Column
from minibroker.model.types import Scalar

GROUPS = (Group.SKY, Group.PHOTOMETRY, Group.TIME)
"""The groups whose functions no database has; a macro needs parameters."""


def duckdb_macros() -> Iterator[tuple[str, str]]:
    """Yield the name of each function and alias, and the statement that creates its macro."""
    for function in reference():
        if function.group not in GROUPS or not function.parameters:
            continue
        names = [parameter.name for parameter in function.parameters]
        meaning = function.lower(*(Column((name,), Scalar.DOUBLE) for name in names))
        listed = ", ".join(f'"{name}"' for name in names)
        for name in (function.name, *function.aliases):
            yield name, f'CREATE MACRO "{name}"({listed}) AS {spell_duckdb(meaning)}'
