"""Where a node of sqlglot's tree stands in the text.

sqlglot keeps the place of names, literals and the names of functions only, as offsets of
their first and last character. The rest follows from the parts and the tokens around them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import cached_property

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from minibroker.model.diagnostic import Span

_OPENERS = {TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE, TokenType.CASE}
_CLOSERS = {TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE, TokenType.END}
_PREFIXES: Mapping[type[exp.Expr], TokenType] = {exp.Not: TokenType.NOT, exp.Neg: TokenType.DASH}


class Spans:
    """The places of the nodes of one parsed text."""

    def __init__(self, tokens: Sequence[Token], end: int) -> None:
        self._tokens = tokens
        self._starts = [token.start for token in tokens]
        self._end = end
        self._closing = _closing(tokens)
        # By identity: nodes are equal by what they say. Each is kept, so that no other gets its id.
        self._found: dict[int, tuple[exp.Expr, Span]] = {}

    def of(self, node: exp.Expr) -> Span:
        """Return the characters that the node was read from."""
        if id(node) not in self._found:
            self._found[id(node)] = (node, self._find(node))
        return self._found[id(node)][1]

    def _find(self, node: exp.Expr) -> Span:
        if isinstance(node, exp.Connector):
            return self._union([_first_term(node), node.expression])
        start, end = self._own(node)
        parts = [self.of(part) for part in node.iter_expressions()]
        known = [part for part in parts if part.end > part.start]
        if start is not None and end is not None:
            known.append(Span(start, end))
        if not known:
            return self.end
        first = min(span.start for span in known)
        return self._widened(node, first, max(span.end for span in known))

    @property
    def end(self) -> Span:
        """The place after the last word."""
        return Span(self._end, self._end)

    def word(self, word: str) -> Span:
        """Return the first place of a keyword, or the end of the text."""
        return self._words.get(word, self.end)

    @cached_property
    def _words(self) -> dict[str, Span]:
        words: dict[str, Span] = {}
        for token in self._tokens:
            spelled = " ".join(token.text.upper().split())
            words.setdefault(spelled, Span(token.start, token.end + 1))
        return words

    def _union(self, nodes: Sequence[exp.Expr]) -> Span:
        spans = [self.of(node) for node in nodes]
        return Span(min(span.start for span in spans), max(span.end for span in spans))

    def _own(self, node: exp.Expr) -> tuple[int | None, int | None]:
        meta = node.meta
        if "start" not in meta:
            return None, None
        return meta["start"], meta["end"] + 1

    def _widened(self, node: exp.Expr, start: int, end: int) -> Span:
        first = bisect_right(self._starts, start) - 1
        if isinstance(node, exp.Paren | exp.Subquery | exp.Tuple):
            return self._bracketed(first - 1, start, end)
        if isinstance(node, exp.Select | exp.Exists):
            return self._selected(node, first, start, end)
        if isinstance(node, exp.Case):
            while first >= 0 and self._tokens[first].token_type is not TokenType.CASE:
                first -= 1
            return self._bracketed(first, start, end)
        if type(node) in _PREFIXES:
            before = self._tokens[first - 1] if first else None
            if before is not None and before.token_type is _PREFIXES[type(node)]:
                return Span(before.start, end)
            return Span(start, end)
        if isinstance(node, exp.Cast) and self._is(first - 1, TokenType.L_PAREN):
            wrapped = self._bracketed(first - 1, start, end)
            return Span(self._tokens[max(first - 2, 0)].start, wrapped.end)
        if isinstance(node, exp.Func) and self._is(first + 1, TokenType.L_PAREN):
            return Span(start, self._bracketed(first + 1, start, end).end)
        if isinstance(node, exp.In | exp.Bracket):
            return Span(start, self._through_closer(end))
        return Span(start, end)

    def _selected(self, node: exp.Expr, first: int, start: int, end: int) -> Span:
        """Return the place of a sub-query from its SELECT, or from EXISTS through its bracket."""
        if isinstance(node, exp.Exists):
            wrapped = self._bracketed(first - 1, start, end)
            return Span(self._tokens[max(first - 2, 0)].start, wrapped.end)
        while first > 0 and self._tokens[first].token_type is not TokenType.SELECT:
            first -= 1
        return Span(self._tokens[first].start, end)

    def _is(self, index: int, kind: TokenType) -> bool:
        return 0 <= index < len(self._tokens) and self._tokens[index].token_type is kind

    def _bracketed(self, index: int, start: int, end: int) -> Span:
        closing = self._closing.get(index)
        if closing is None:
            return Span(start, end)
        return Span(self._tokens[index].start, max(end, self._tokens[closing].end + 1))

    def _through_closer(self, end: int) -> int:
        after = bisect_right(self._starts, end - 1)
        if after < len(self._tokens) and self._tokens[after].token_type in _CLOSERS:
            return self._tokens[after].end + 1
        return end


def _first_term(node: exp.Expr) -> exp.Expr:
    while isinstance(node, exp.Connector):
        node = node.this
    return node


def _closing(tokens: Sequence[Token]) -> dict[int, int]:
    """Return the index of the closing token for that of each bracket and CASE."""
    waiting: list[int] = []
    closing = {}
    for index, token in enumerate(tokens):
        if token.token_type in _OPENERS:
            waiting.append(index)
        elif token.token_type in _CLOSERS and waiting:
            closing[waiting.pop()] = index
    return closing
