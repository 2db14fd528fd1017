"""Text to sqlglot's tree: one SELECT from one survey, a WHERE clause, or a bare condition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from sqlglot import exp
from sqlglot.errors import ParseError
from sqlglot.tokenizer_core import Token, TokenType

from minibroker.compiler.dialect import Unparsable, parser
from minibroker.compiler.faults import Faults
from minibroker.compiler.refusals import CLAUSES, SET_OPERATIONS, STATEMENTS
from minibroker.compiler.scan import scan
from minibroker.compiler.span import Spans
from minibroker.model.diagnostic import Span

MAX_TREE_DEPTH = 100
"""Levels of operators, not counting chains of AND and of OR; 50 divisions in a row are 50."""


@dataclass(frozen=True)
class Statement:
    """A parsed filter: select list and condition as sqlglot's trees, the names that FROM gives."""

    condition: exp.Expr | None
    """None where every alert passes."""
    selected: tuple[exp.Expr, ...]
    """What stands after SELECT; nothing where the text is a bare condition."""
    spans: Spans
    table: str
    """The survey in FROM, empty where the text is a bare condition."""
    table_span: Span
    alias: str
    whole: Span
    """From the first word to the last."""


def parse(text: str, faults: Faults) -> Statement:
    """Read a filter's text; raise Refused when it cannot be read as one."""
    tokens = _without_last_semicolon(scan(text, faults))
    spans = Spans(tokens, tokens[-1].end + 1)
    first = tokens[0]
    word = first.text.upper()
    if first.token_type is TokenType.WHERE:
        condition = _parse_condition(tokens[1:], text, spans, faults)
        statement = _bare(condition, tokens, spans)
    elif word in STATEMENTS and not _is_name(tokens):
        raise faults.refuse(
            "not-a-filter",
            f"a filter cannot {word.lower()}: it only reads alerts",
            Span(first.start, first.end + 1),
            "write SELECT * FROM <survey> WHERE <condition>",
        )
    elif word in ("SELECT", "FROM", "WITH") and not _is_name(tokens):
        statement = _select(_parse_statement(tokens, text, spans, faults), tokens, spans, faults)
    else:
        statement = _bare(_parse_condition(tokens, text, spans, faults), tokens, spans)
    for tree in (*statement.selected, statement.condition):
        if tree is not None:
            _check_depth(tree, spans, faults)
    return statement


def _is_name(tokens: Sequence[Token]) -> bool:
    """Return whether the first word is a field of that name: ``set.x > 1``."""
    is_list = tokens[0].token_type is TokenType.SELECT  # of columns: SELECT [1, 2] AS pair
    after = (TokenType.DOT,) if is_list else (TokenType.DOT, TokenType.L_BRACKET)
    return len(tokens) > 1 and tokens[1].token_type in after


def _without_last_semicolon(tokens: list[Token]) -> list[Token]:
    while len(tokens) > 1 and tokens[-1].token_type is TokenType.SEMICOLON:
        tokens = tokens[:-1]
    return tokens


def _bare(tree: exp.Expr, tokens: Sequence[Token], spans: Spans) -> Statement:
    whole = Span(tokens[0].start, tokens[-1].end + 1)
    return Statement(tree, (), spans, "", Span(whole.start, whole.start), "", whole)


def _parse_condition(tokens: list[Token], text: str, spans: Spans, faults: Faults) -> exp.Expr:
    end = spans.end
    if not tokens:
        raise faults.refuse("syntax", "a condition is missing after WHERE", end, "write one")
    try:
        trees = parser().parse_into(exp.Condition, tokens, text)
    except ParseError as error:
        raise _unparsable(error, end, faults) from None
    except RecursionError:
        raise _too_deep(end, faults) from None
    return _only(trees, tokens, end, faults)


def _parse_statement(tokens: list[Token], text: str, spans: Spans, faults: Faults) -> exp.Expr:
    end = spans.end
    try:
        trees = parser().parse(tokens, text)
    except ParseError as error:
        raise _unparsable(error, end, faults) from None
    except RecursionError:
        raise _too_deep(end, faults) from None
    return _only(trees, tokens, end, faults)


def _only(
    trees: Sequence[exp.Expr | None], tokens: Sequence[Token], end: Span, faults: Faults
) -> exp.Expr:
    for token, following in pairwise(tokens):
        if token.token_type is TokenType.SEMICOLON:
            raise faults.refuse(
                "several-statements",
                "a filter is one statement; something follows the semicolon",
                Span(following.start, following.end + 1),
                "put each filter in a file of its own",
            )
    if not trees or trees[0] is None:
        raise faults.refuse("syntax", "there is no condition here", end)
    return trees[0]


def _select(tree: exp.Expr, tokens: Sequence[Token], spans: Spans, faults: Faults) -> Statement:
    whole = Span(tokens[0].start, tokens[-1].end + 1)
    if isinstance(tree, exp.SetOperation):
        keyword = next(word for kind, word in SET_OPERATIONS.items() if isinstance(tree, kind))
        raise faults.refuse("not-supported", SET_MESSAGE, spans.word(keyword), SET_HINT)
    if not isinstance(tree, exp.Select):
        hint = "write SELECT * FROM <survey> WHERE <condition>"
        raise faults.refuse("not-a-filter", "this is not a filter", whole, hint)
    _check_clauses(tree, spans, faults)
    if not tree.expressions:
        hint = "write SELECT *, or the columns that you want"
        faults.error("syntax", "SELECT needs a star or columns", spans.word("SELECT"), hint)
    table, table_span, alias = _table(tree, spans, faults)
    where = tree.args.get("where")
    condition = where.this if where else None
    selected = tuple(tree.expressions)
    return Statement(condition, selected, spans, table, table_span, alias, whole)


SET_MESSAGE = "a filter is one SELECT: UNION, INTERSECT and EXCEPT have no meaning for one alert"
SET_HINT = "join the conditions with AND, OR and NOT, or write two filters"


def _check_clauses(tree: exp.Select, spans: Spans, faults: Faults) -> None:
    for name, value in tree.args.items():
        if not value or name in ("expressions", "from_", "where"):
            continue
        _refuse_clause(name, value, spans, faults)


def _refuse_clause(name: str, value: object, spans: Spans, faults: Faults) -> None:
    keyword, message, hint = CLAUSES.get(name, _OTHER_CLAUSE)
    place = spans.word(keyword)
    part = value[0] if isinstance(value, list) else value
    if place == spans.end and isinstance(part, exp.Expr):
        place = spans.of(part)
    faults.error("not-supported", message, place, hint)


_OTHER_CLAUSE = (
    "",
    "this clause has no meaning in a filter",
    "a filter is SELECT * FROM <survey> WHERE <condition>",
)


def _table(tree: exp.Select, spans: Spans, faults: Faults) -> tuple[str, Span, str]:
    source = tree.args.get("from_")
    if source is None:
        hint = "write SELECT * FROM <survey> WHERE <condition>"
        raise faults.refuse("no-survey", "FROM is missing", spans.word("SELECT"), hint)
    table = source.this
    if not isinstance(table, exp.Table) or not isinstance(table.this, exp.Identifier):
        raise faults.refuse(
            "not-supported",
            "a filter reads a survey's alerts: FROM takes the survey's name and nothing else",
            spans.of(table),
            "write FROM ztf, say",
        )
    alias = table.args.get("alias")
    for name, value in table.args.items():
        if value and name not in ("this", "alias"):
            _refuse_clause(name, value, spans, faults)
    return table.name, spans.of(table.this), alias.name if alias else ""


def _check_depth(tree: exp.Expr, spans: Spans, faults: Faults) -> None:
    waiting = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        if depth > MAX_TREE_DEPTH:
            message = f"more than {MAX_TREE_DEPTH} operators inside each other"
            hint = "use fewer operators in one expression, or split it into several filters"
            raise faults.refuse("too-deep", message, _leaf(node, spans), hint)
        is_chain = isinstance(node, exp.Connector)
        for part in node.iter_expressions():
            inside = depth if is_chain and type(part) is type(node) else depth + 1
            waiting.append((part, inside))


def _leaf(node: exp.Expr, spans: Spans) -> Span:
    """Return the place of the first name or literal under a node too deep to be measured."""
    for part in node.walk():
        if "start" in part.meta:
            return spans.of(part)
    return spans.end


def _too_deep(end: Span, faults: Faults) -> Exception:
    hint = "split it into several filters"
    return faults.refuse("too-deep", "the expressions are nested too deeply", end, hint)


def _unparsable(error: ParseError, end: Span, faults: Faults) -> Exception:
    """Say in our own words where the parser stopped and what it missed."""
    cause = error if isinstance(error, Unparsable) else error.__cause__
    if not isinstance(cause, Unparsable):
        return faults.refuse("syntax", "this cannot be read as SQL", end)
    place, before = cause.token, cause.before
    span = Span(place.start, place.end + 1) if place else end
    found = f"'{place.text}'" if place and place.text else "the end of the text"
    if place and place.token_type is TokenType.STRING:
        found = "a text"
    expected = _expected(cause.complaint)
    after = f" after '{before.text}'" if before and before.text else ""
    if expected:
        message = f"expected {expected}, found {found}"
        return faults.refuse("syntax", message, span, _EXPECTED[expected])
    if "Required keyword" in cause.complaint:
        message = f"an expression is missing{after}, at {found}"
        return faults.refuse("syntax", message, span, "write a field, a value or a condition there")
    if place and place.token_type is not TokenType.STRING:
        word = place.text.upper()
        if word in SET_OPERATIONS.values():
            return faults.refuse("not-supported", SET_MESSAGE, span, SET_HINT)
        for keyword, message, hint in CLAUSES.values():
            if keyword == word:
                return faults.refuse("not-supported", message, span, hint)
    hint = "AND, OR or an operator may be missing before it" if place and before else ""
    return faults.refuse("syntax", f"{found} is not expected here", span, hint)


def _expected(complaint: str) -> str:
    for mark in (")", "]", "}"):
        if complaint.startswith((f"Expecting {mark}", f"Expected {mark}")):
            return f"'{mark}'"
    if complaint.startswith("Expected END"):
        return _OF_CASE
    if complaint.startswith("Expected type"):
        return _TYPE
    if complaint.startswith("Expected AS"):
        return _AS_TYPE
    return ""


_OF_CASE, _TYPE, _AS_TYPE = "WHEN, ELSE or END of this CASE", "a type", "AS and a type"
_MISSING = "close the bracket, or write the comma or operator that is missing"
_EXPECTED = {
    "')'": _MISSING,
    "']'": _MISSING,
    "'}'": _MISSING,
    _OF_CASE: "write CASE WHEN … THEN … ELSE … END",
    _TYPE: "write CAST(x AS DOUBLE) or CAST(x AS VARCHAR)",
    _AS_TYPE: "write CAST(x AS DOUBLE) or CAST(x AS VARCHAR)",
}
"""What the parser missed: what to write."""
