"""DuckDB's syntax as sqlglot reads it, without its knowledge of functions.

sqlglot would turn each call into a node of its own choosing (``log(x)`` into ``ln``, say).
Here every call stays a name and arguments, which the compiler looks up in its own table.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.errors import ErrorLevel, ParseError
from sqlglot.parser import Parser as BaseParser
from sqlglot.parsers.duckdb import DuckDBParser
from sqlglot.tokenizer_core import Token, TokenType


class Unparsable(ParseError):
    """The parser's own complaint, with the token it stopped at; None at the end of the text."""

    def __init__(self, message: str, token: Token | None, before: Token | None) -> None:
        super().__init__(message, errors=[{}])
        self.complaint = message
        self.token = token
        self.before = before


def _placed(parse: Callable[[BaseParser], exp.Expr | None]) -> Callable[..., exp.Expr | None]:
    """Return a parser of a placeholder that remembers where it stood."""

    def parse_and_place(self: FilterParser) -> exp.Expr | None:
        node = parse(self)
        return node.update_positions(self._prev) if node is not None else None

    return parse_and_place


_KEPT_PARSERS = ("CAST", "TRY_CAST", "SUBSTRING", "EXTRACT", "POSITION", "TRIM", "OVERLAY")


class FilterParser(DuckDBParser):
    """DuckDB's parser that keeps calls as they were written and knows where it stopped."""

    FUNCTIONS = {}  # noqa: RUF012  (the parser's own way of being configured)
    FUNCTION_PARSERS = {  # noqa: RUF012
        name: parser
        for name, parser in DuckDBParser.FUNCTION_PARSERS.items()
        if name in _KEPT_PARSERS
    }
    NO_PAREN_FUNCTIONS = {}  # noqa: RUF012
    PLACEHOLDER_PARSERS = {  # noqa: RUF012
        token: _placed(parse) for token, parse in DuckDBParser.PLACEHOLDER_PARSERS.items()
    }
    # DuckDB's takes the length away from VARCHAR(5).
    TYPE_CONVERTERS = {}  # noqa: RUF012

    def _parse_between(self, this: exp.Expr | None) -> exp.Between:
        """Read BETWEEN as sqlglot does, but not without its AND."""
        symmetric = self._match_text_seq("SYMMETRIC")
        low = self._parse_bitwise()
        if not self._match(TokenType.AND):
            self.raise_error("AND is missing")
        return exp.Between(this=this, low=low, high=self._parse_bitwise(), symmetric=symmetric)

    PRIMARY_PARSERS = {  # noqa: RUF012
        **DuckDBParser.PRIMARY_PARSERS,
        # The stock ones forget where the word stood.
        TokenType.NULL: lambda self, token: self.expression(exp.Null(), token),
        TokenType.TRUE: lambda self, token: self.expression(exp.Boolean(this=True), token),
        TokenType.FALSE: lambda self, token: self.expression(exp.Boolean(this=False), token),
    }

    def raise_error(self, message: str, token: Token | None = None) -> None:
        """Stop at once, remembering the token instead of sqlglot's drawing of it."""
        raise Unparsable(message, self._curr or None, self._prev or None)


class FilterDialect(DuckDB):
    """Array indices stay as written: 1-based in the text, in both engines and in between."""

    INDEX_OFFSET = 0
    Parser = FilterParser


FILTER_DIALECT = FilterDialect()


def parser() -> BaseParser:
    """Return a parser that raises Unparsable at the first fault."""
    return FilterParser(dialect=FILTER_DIALECT, error_level=ErrorLevel.IMMEDIATE)
