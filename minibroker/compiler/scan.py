"""Refuse what no parser should be given: huge, deeply nested, unbalanced or odd text.

The parser recurses, so the limits are checked on characters and tokens, without recursion.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from sqlglot.errors import TokenError
from sqlglot.tokenizer_core import Token, TokenType

from minibroker.compiler.dialect import FILTER_DIALECT
from minibroker.compiler.faults import Faults, Refused
from minibroker.model.diagnostic import Span

MAX_CHARACTERS = 100_000
"""Five times the longest filter seen; read and refused in well under a second."""
MAX_TOKENS = 20_000
MAX_DEPTH = 30
"""Brackets, CASE and prefix operators inside each other; the parser spends 20 frames on one."""

_SKIPPED = re.compile(
    r"""--[^\n]* | /\*.*?(?:\*/|\Z) | '(?:[^']|'')*(?:'|\Z) | "(?:[^"]|"")*(?:"|\Z)""",
    re.VERBOSE | re.DOTALL,
)
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_OUTSIDE = re.compile(r"[^\x20-\x7e\t\n\r]|[\x60$\\]")
_PAIRS = {TokenType.R_PAREN: TokenType.L_PAREN, TokenType.R_BRACKET: TokenType.L_BRACKET}
_PREFIXES = {TokenType.NOT, TokenType.DASH, TokenType.PLUS, TokenType.TILDE}
_LOOKALIKES = {
    "\u2265": ">=",
    "\u2264": "<=",
    "\u2260": "<>",
    "\u2212": "-",
    "\u2013": "-",
    "\u2018": "'",
    "\u2019": "'",
    "\u201c": '"',
    "\u201d": '"',
    "\u00d7": "*",
    "`": '"',
}


def scan(text: str, faults: Faults) -> list[Token]:
    """Return the text's tokens; raise Refused when it must not reach the parser."""
    _check_characters(text, faults)
    tokens = _tokens(text, faults)
    if not tokens:
        end = Span(len(text), len(text))
        hint = "write a condition, such as: candidate.rb > 0.65"
        raise faults.refuse("empty", "there is no condition here", end, hint)
    _check_nesting(tokens, faults)
    _check_number(tokens, faults)
    _check_cases(tokens, faults)
    return tokens


def check_length(text: str, faults: Faults) -> None:
    """Refuse a text that nothing should look into; raise Refused."""
    if len(text) > MAX_CHARACTERS:
        message = f"the text has {len(text)} characters; a filter has at most {MAX_CHARACTERS}"
        raise faults.refuse("too-long", message, Span(0, 0), "split it into several filters")


def _check_characters(text: str, faults: Faults) -> None:
    for found in _FORBIDDEN.finditer(text):
        raise faults.refuse(
            "bad-character",
            f"the text holds {_named(found[0])}",
            Span(found.start(), found.end()),
            "remove it",
        )
    odd = _odd_characters(text, faults)
    skipped = list(_SKIPPED.finditer(text))
    unclosed = [_is_closed(each, faults) for each in skipped].count(False)
    orders = [_is_prose(each, faults) for each in skipped].count(False)
    if odd or unclosed or orders:
        raise Refused


def _odd_characters(text: str, faults: Faults) -> int:
    """Note each kind of character that SQL has not, where it first stands; return how many."""
    bare = _SKIPPED.sub(lambda skipped: " " * len(skipped[0]), text)
    first = {found[0]: found for found in reversed(list(_OUTSIDE.finditer(bare)))}
    for found in list(first.values())[:10]:
        instead = _LOOKALIKES.get(found[0])
        hint = f"write {instead} instead" if instead else ""
        if found[0] == "$":
            hint = "write 'text' for a text; a filter has no parameters"
        if found[0].isspace():
            hint = "write an ordinary space instead"
        message = f"{_named(found[0])} is not a part of SQL"
        faults.error("bad-character", message, Span(found.start(), found.end()), hint)
    return len(first)


def _is_closed(skipped: re.Match[str], faults: Faults) -> bool:
    """Return whether a text, a quoted name or a comment ends; note where it began if not."""
    opening = skipped[0][:2] if skipped[0].startswith("/*") else skipped[0][0]
    closing = {"/*": "*/", "'": "'", '"': '"'}.get(opening)
    if closing is None:
        return True
    body = skipped[0][len(opening) :]
    if closing != "*/":
        body = body.replace(closing * 2, "")
    if body.endswith(closing):
        return True
    what = {"/*": "comment", "'": "text", '"': "quoted name"}[opening]
    span = Span(skipped.start(), skipped.start() + len(opening))
    faults.error("unclosed", f"this {what} is not closed", span, f"end it with {closing}")
    return False


def _is_prose(skipped: re.Match[str], faults: Faults) -> bool:
    """Return whether this is no comment that gives an engine orders; note it if it is."""
    # A comment never reaches an engine; who writes a hint would believe that it had an effect.
    if not skipped[0].startswith(("/*+", "/*!")):
        return True
    message = "a comment that begins so is an order to an engine, and a filter has none to give"
    span = Span(skipped.start(), skipped.start() + 3)
    faults.error("engine-hint", message, span, "remove it, or write a space after /*")
    return False


def _named(character: str) -> str:
    name = unicodedata.name(character, "")
    code = f"U+{ord(character):04X}"
    if character in "`$\\":
        return f"'{character}'"
    return f"the character {code} ({name.lower()})" if name else f"the character {code}"


def _tokens(text: str, faults: Faults) -> list[Token]:
    try:
        tokens = FILTER_DIALECT.tokenize(text)
    except TokenError:
        # Every text that can be left open was checked, so the place is not known better.
        span = Span(0, len(text))
        raise faults.refuse("syntax", "this cannot be read as SQL", span) from None
    return tokens


def _check_number(tokens: Sequence[Token], faults: Faults) -> None:
    if len(tokens) > MAX_TOKENS:
        place = tokens[MAX_TOKENS]
        message = f"a filter has at most {MAX_TOKENS} words and signs; this has {len(tokens)}"
        span = Span(place.start, place.end + 1)
        raise faults.refuse("too-long", message, span, "split it into several filters")


def _check_nesting(tokens: Sequence[Token], faults: Faults) -> None:
    opened: list[Token] = []
    prefixes = 0
    for token in tokens:
        kind = token.token_type
        span = Span(token.start, token.end + 1)
        prefixes = prefixes + 1 if kind in _PREFIXES else 0
        if kind in _PAIRS.values() or kind is TokenType.CASE:
            opened.append(token)
        elif kind in _PAIRS:
            while opened and opened[-1].token_type is TokenType.CASE:
                opened.pop()
            if not opened or opened[-1].token_type is not _PAIRS[kind]:
                message = f"nothing is open for this {token.text}"
                raise faults.refuse("unbalanced", message, span, "leave it out, or open one before")
            opened.pop()
        elif kind is TokenType.END and opened and opened[-1].token_type is TokenType.CASE:
            opened.pop()
        if len(opened) + prefixes > MAX_DEPTH:
            message = f"more than {MAX_DEPTH} brackets, CASEs or signs inside each other"
            raise faults.refuse("too-deep", message, span, "split it into several filters")
    for token in opened:
        if token.token_type is not TokenType.CASE:
            span = Span(token.start, token.end + 1)
            message = f"this {token.text} is never closed"
            raise faults.refuse("unbalanced", message, span, "close it, or leave it out")


def _check_cases(tokens: Sequence[Token], faults: Faults) -> None:
    """Refuse a WHEN without its THEN, which the parser would read as if it were there."""
    waiting: list[Token | None] = []
    for token in tokens:
        kind = token.token_type
        if kind is TokenType.CASE:
            waiting.append(None)
        elif waiting and kind is TokenType.WHEN:
            waiting[-1] = token
        elif waiting and kind is TokenType.THEN:
            waiting[-1] = None
        if waiting and kind in (TokenType.ELSE, TokenType.END) and waiting[-1] is not None:
            place = waiting[-1]
            span = Span(place.start, place.end + 1)
            hint = "write WHEN … THEN …"
            raise faults.refuse("syntax", "this WHEN has no THEN", span, hint)
        if waiting and kind is TokenType.END:
            waiting.pop()
