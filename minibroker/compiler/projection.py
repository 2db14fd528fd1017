"""The select list: the packet, the packet without cutouts, or columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlglot import exp

from minibroker.compiler.build import finite
from minibroker.compiler.faults import did_you_mean
from minibroker.compiler.header import Header
from minibroker.compiler.lower import lower_all
from minibroker.compiler.meaning import Meaning
from minibroker.compiler.resolve import Resolver
from minibroker.model.diagnostic import Span
from minibroker.model.filter import Format, OutputColumn, Projection
from minibroker.model.survey import Survey

AVRO_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
MAX_COLUMNS = 1_000
"""Columns of a select list; Flink 2.3 starts with so many in 7 s, with 4,000 in 65 s."""
ALL_CUTOUTS = "cutouts"
"""What EXCLUDE may say for all of a survey's cutouts, where no field has this name."""


@dataclass(frozen=True)
class Selected:
    """One column as the user meant it."""

    name: str
    meaning: Meaning


@dataclass(frozen=True)
class Selection:
    """A select list with its names resolved, before it is lowered."""

    format: Format
    columns: tuple[Selected, ...] = ()
    excluded: tuple[str, ...] = ()


def resolve_selection(
    nodes: Sequence[exp.Expr], header: Header, resolver: Resolver
) -> Selection | None:
    """Resolve a select list, none of it for a bare condition; None after noting what is wrong."""
    stars = [node for node in nodes if _star(node) is not None]
    if len(stars) == len(nodes) <= 1:
        return _packet(stars, header, resolver)
    if len(nodes) > MAX_COLUMNS:
        message = f"the select list has {len(nodes)} columns; at most {MAX_COLUMNS} are planned"
        hint = "send a whole record as one column, or SELECT *"
        place = _place(nodes[MAX_COLUMNS], resolver)
        raise resolver.faults.refuse("too-long", message, place, hint)
    for star in stars:
        _refuse_star(star, resolver)
    format = header.format or Format.JSON
    others = [node for node in nodes if _star(node) is None]
    columns = [_column(node, format, resolver) for node in others]
    _refuse_repeated(others, resolver)
    found = tuple(column for column in columns if column is not None)
    return Selection(format, found) if len(found) == len(nodes) else None


def lower_selection(selection: Selection) -> Projection:
    """Return what a select list comes to in operations that both engines share."""
    lowered = lower_all(tuple(each.meaning for each in selection.columns))
    columns = tuple(
        OutputColumn(each.name, finite(expression))
        for each, expression in zip(selection.columns, lowered, strict=True)
    )
    return Projection(selection.format, columns, selection.excluded)


def _star(node: exp.Expr) -> exp.Star | None:
    """Return the star of ``*`` and of ``t.*``."""
    inside = node.this if isinstance(node, exp.Column) else node
    return inside if isinstance(inside, exp.Star) else None


def _place(node: exp.Expr, resolver: Resolver) -> Span:
    """Return where something stands; sqlglot forgets the places of stars."""
    span = resolver.spans.of(node)
    return resolver.spans.word("*") if span == resolver.spans.end else span


def _packet(stars: Sequence[exp.Expr], header: Header, resolver: Resolver) -> Selection | None:
    faults = resolver.faults
    if header.format is not None:
        message = "a format belongs to a list of columns: the packet is sent as it came"
        hint = "leave the comment out, or name columns: SELECT objectId, candidate.ra FROM …"
        faults.error("bad-format", message, header.format_span, hint)
    if not stars:
        return Selection(Format.PACKET)
    (node,) = stars
    star = _star(node)
    assert star is not None
    if isinstance(node, exp.Column):
        _refuse_star(node, resolver)
        return None
    for clause in ("replace", "rename"):
        if star.args.get(clause):
            word = clause.upper()
            message = f"{word} would change the packet, which is sent as it came"
            hint = "name the columns that you want: SELECT objectId, candidate.ra AS ra FROM …"
            faults.error("not-supported", message, resolver.spans.word(word), hint)
    named = star.args.get("except_") or ()
    excluded = {name for each in named for name in _excluded(each, resolver)}
    if not excluded:
        return Selection(Format.PACKET)
    kept_order = tuple(name for name in resolver.scope.survey.cutouts if name in excluded)
    return Selection(Format.WITHOUT_CUTOUTS, excluded=kept_order)


def _refuse_star(node: exp.Expr, resolver: Resolver) -> None:
    """Note a star with a name before it, or with columns beside it."""
    message = "a star stands alone: it is the packet, and columns make a message of their own"
    hint = "write SELECT *, or only columns"
    if isinstance(node, exp.Column):
        before = ".".join(part.name for part in node.parts[:-1])
        message = f"'{before}.*' is not in the language: a star is the whole packet"
        is_field = resolver.scope.survey.alert.get(before) is not None
        hint = f"write {before} for the whole record" if is_field else "write *"
    resolver.faults.error("not-supported", message, _place(node, resolver), hint)


def _excluded(node: exp.Expr, resolver: Resolver) -> Iterator[str]:
    """Yield the cutouts that one name in EXCLUDE means."""
    survey = resolver.scope.survey
    names = [part.name for part in node.parts] if isinstance(node, exp.Column) else [node.name]
    if len(names) > 1 and names[0] in resolver.scope.qualifiers:
        names = names[1:]
    written = ".".join(names)
    if written in survey.cutouts:
        yield written
    elif written == ALL_CUTOUTS and survey.alert.get(written) is None and survey.cutouts:
        yield from survey.cutouts
    else:
        _refuse_excluded(node, names, survey, resolver)


def _refuse_excluded(
    node: exp.Expr, names: Sequence[str], survey: Survey, resolver: Resolver
) -> None:
    written = ".".join(names)
    listed = f"the cutouts of {survey.name}: {', '.join(survey.cutouts) or 'none'}"
    place = _place(node, resolver)
    if survey.alert.get(names[0]) is not None:
        message = f"'{written}' is no cutout: only whole images can be left out of a packet"
        hint = f"{listed}; to send less, name the columns that you want"
        resolver.faults.error("not-a-cutout", message, place, hint)
    else:
        message = f"{survey.name} has no cutout '{written}'"
        hint = did_you_mean(written, survey.cutouts) or listed
        resolver.faults.error("unknown-field", message, place, hint)


def _column(node: exp.Expr, format: Format, resolver: Resolver) -> Selected | None:
    faults = resolver.faults
    value = node.this if isinstance(node, exp.Alias) else node
    name = _name(node)
    if not name:
        message = "a column that is computed needs a name"
        faults.error("unnamed-column", message, _place(node, resolver), "write … AS name")
    elif format is Format.AVRO and not AVRO_NAME.fullmatch(name):
        message = f"'{name}' cannot name a field in Avro"
        hint = "a name is a letter or _ and then letters, digits and _, all of ASCII"
        faults.error("bad-column-name", message, _place(node, resolver), hint)
    meaning = None if _is_cutout(value, resolver) else resolver.resolve(value)
    if meaning is None:
        return None
    if meaning.type is None:
        message = "a column that is always NULL has no type"
        faults.error("type-mismatch", message, meaning.span, "leave it out")
        return None
    return Selected(name, meaning)


def _name(node: exp.Expr) -> str:
    """Return what a column is called: its alias, or the last part of a field's name."""
    if isinstance(node, exp.Alias):
        return str(node.alias)
    while isinstance(node, exp.Paren):
        node = node.this
    if isinstance(node, exp.Dot):
        node = node.expression
    return str(node.name) if isinstance(node, exp.Column | exp.Identifier) else ""


def _is_cutout(node: exp.Expr, resolver: Resolver) -> bool:
    """Note a cutout where a column should be, and return whether it is one."""
    scope = resolver.scope
    names = [part.name for part in node.parts] if isinstance(node, exp.Column | exp.Dot) else []
    if len(names) > 1 and names[0] in scope.qualifiers:
        names = names[1:]
    if not names or names[0] not in scope.survey.cutouts:
        return False
    message = f"'{names[0]}' is an image: it is no column"
    hint = "SELECT * sends the packet with its images"
    resolver.faults.error("cutout-field", message, _place(node, resolver), hint)
    return True


def _refuse_repeated(nodes: Sequence[exp.Expr], resolver: Resolver) -> None:
    """Note names that two columns have, be it in another case: DuckDB does not see the case."""
    seen: dict[str, str] = {}
    for node in nodes:
        name = _name(node)
        if name.lower() in seen:
            _refuse_repeat(node, name, seen[name.lower()], resolver)
        elif name:
            seen[name.lower()] = name


def _refuse_repeat(node: exp.Expr, name: str, first: str, resolver: Resolver) -> None:
    message = f"there are two columns '{name}'"
    if name != first:
        message = f"'{name}' stands beside '{first}': case does not tell columns apart"
    hint = f"give one of them another name: AS {name}_2, say"
    resolver.faults.error("repeated-column", message, _place(node, resolver), hint)
