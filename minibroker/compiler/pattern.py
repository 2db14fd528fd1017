r"""Patterns that mean the same in Java and in RE2: LIKE, and a subset of regular expressions.

A regular expression is read and written anew. The new spelling says outright what the two
engines would read differently (``.`` and ``\s`` know other line ends in Java, ``$`` matches
before a last newline there), and what cannot be said in both is refused. Java backtracks, so
``(a+)+b`` could hold a job for years: repetition without end applies to single characters
only, and the ways in which the rest can match are counted and limited.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

SIGNS = (
    "characters . [sets] \\d \\w \\s \\D \\W \\S ^ $ (groups) | * + ? {n,m}, and (?i) first of all"
)
"""What a regular expression may be made of, for messages."""
MAX_PATTERN = 500
MAX_ENDLESS = 3
"""Repetitions without end in one pattern: Java needs length to that power in the worst case."""
MAX_TIMES = 100
"""Largest count in ``{n,m}``."""
MAX_WAYS = 10_000
"""Ways in which a pattern can match, endless repetitions aside: what Java may have to try."""

ESCAPE = "!"
"""The escape of every LIKE that is generated."""


class PatternError(Exception):
    """A pattern is refused: what is wrong, where in it, and what to write instead."""

    def __init__(self, message: str, start: int, end: int, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end
        self.hint = hint


def like_pattern(pattern: str, escape: str) -> str:
    """Return a LIKE pattern with our own escape; ``escape`` empty where there is none."""
    written: list[str] = []
    index = 0
    while index < len(pattern):
        character = pattern[index]
        if character == escape:
            index += 1
            escaped = pattern[index : index + 1]
            if not escaped or escaped not in ("%", "_", escape):
                message = f"the escape '{escape}' must stand before %, _ or itself"
                hint = f"write {escape}{escape} for {escape} itself"
                raise PatternError(message, index - 1, index, hint)
            written.append(ESCAPE + escaped if escaped in "%_" + ESCAPE else escaped)
        elif character == ESCAPE:
            written.append(ESCAPE + ESCAPE)
        else:
            written.append(character)
        index += 1
    _check_like("".join(written), pattern)
    return "".join(written)


def _check_like(written: str, pattern: str) -> None:
    """Refuse what Flink would try in ever more ways: it makes a regular expression of it.

    Without ``_`` and escapes it looks for the parts between ``%`` one after the other instead.
    """
    plain = re.sub(f"{ESCAPE}.", "", written, flags=re.DOTALL)
    is_simple = plain == written and "_" not in plain
    endless = len(re.findall("%+", plain.rstrip("%")))
    if not is_simple and endless > MAX_ENDLESS:
        message = f"a pattern with _ or an escape has at most {MAX_ENDLESS} % before its last part"
        hint = "join several LIKEs with AND"
        raise PatternError(message, 0, len(pattern), hint)


def like_as_expression(pattern: str) -> str:
    """Return a LIKE pattern with our own escape as a regular expression for the whole text."""
    written: list[str] = []
    characters = iter(pattern)
    for character in characters:
        if character == ESCAPE:
            written.append(_quoted(next(characters)))
        else:
            written.append({"%": "(?s:.*)", "_": "(?s:.)"}.get(character, _quoted(character)))
    return f"^{''.join(written)}\\z"


def has_single(pattern: str) -> bool:
    """Return whether a LIKE pattern with our own escape has a ``_`` that means any character."""
    return "_" in pattern.replace(ESCAPE * 2, "").replace(f"{ESCAPE}_", "")


def regular_expression(pattern: str) -> str:
    """Return the pattern in the spelling that Java and RE2 read alike, or raise PatternError."""
    if not pattern:
        raise PatternError("an empty pattern matches everything", 0, 0, "leave it out")
    if len(pattern) > MAX_PATTERN:
        raise PatternError(f"a pattern has at most {MAX_PATTERN} characters", 0, len(pattern))
    reader = _Reader(pattern)
    piece = reader.alternatives(depth=0)
    if reader.at < len(pattern):
        raise PatternError("nothing is open for this )", reader.at, reader.at + 1)
    return piece.text


_CLASSES = {"d": "0-9", "w": "0-9A-Za-z_", "s": "\\t\\n\\f\\r "}
_ANY = "[^\\n]"
_CONTROLS = {"t": "\\t", "n": "\\n", "r": "\\r", "f": "\\f"}
_REFUSED_ESCAPES = {
    "b": "write what stands at the word's edge: (^|[^a-z])",
    "B": "write what stands there instead",
    "p": "write the characters out: [a-z]",
    "P": "write the characters out: [^a-z]",
    "Z": "write $",
    "z": "write $",
    "A": "write ^",
    "Q": "put a backslash before each sign",
    "G": "leave it out",
    "K": "leave it out",
    "X": "write .",
    "R": "write [\\r\\n]",
    "h": "write [ \\t]",
    "v": "write [\\n\\r\\f]",
    "k": "leave it out: what matched before cannot be used",
}
_GROUPS = {
    "(?=": "looking ahead",
    "(?!": "looking ahead",
    "(?<=": "looking behind",
    "(?<!": "looking behind",
    "(?>": "atomic groups",
    "(?P": "named groups",
    "(?<": "named groups",
}


@dataclass(frozen=True)
class _Piece:
    """A part of the new spelling."""

    text: str
    ways: int = 1
    """In how many ways it can match, endless repetitions aside."""
    is_single: bool = False
    """Whether it matches exactly one character."""


@dataclass
class _Reader:
    """Recursive descent over one pattern; nested at most MAX_DEPTH deep."""

    pattern: str
    at: int = 0
    endless: int = 0
    ignores_case: bool = False

    MAX_DEPTH = 10

    def __post_init__(self) -> None:
        if self.pattern.startswith("(?i)"):
            self.ignores_case = True
            self.at = 4

    def alternatives(self, depth: int) -> _Piece:
        if depth > self.MAX_DEPTH:
            raise self._error(f"more than {self.MAX_DEPTH} groups inside each other", 1)
        found = [self._sequence(depth)]
        while self._peek() == "|":
            self.at += 1
            found.append(self._sequence(depth))
        ways = sum(piece.ways for piece in found)
        return _Piece("|".join(piece.text for piece in found), ways)

    def _sequence(self, depth: int) -> _Piece:
        text, ways = "", 1
        while self.at < len(self.pattern) and self._peek() not in "|)":
            start = self.at
            piece = self._repeated(self._atom(depth), start)
            text, ways = text + piece.text, ways * piece.ways
            if ways > MAX_WAYS:
                message = "this pattern can match in too many ways"
                hint = "use fewer ?, | and {n,m}; write [ab] for (a|b)"
                raise PatternError(message, start, self.at, hint)
        return _Piece(text, ways)

    def _atom(self, depth: int) -> _Piece:
        character = self._peek()
        if character == "(":
            return self._group(depth)
        if character == "[":
            return _Piece(self._set(), is_single=True)
        if character == "\\":
            return _Piece(self._escape(), is_single=True)
        if character in "*+?{":
            raise self._error(f"there is nothing for {character} to repeat", 1)
        self.at += 1
        if character == ".":
            return _Piece(_ANY, is_single=True)
        if character in "^$":
            return _Piece({"^": "^", "$": "\\z"}[character])
        return _Piece(self._character(character), is_single=True)

    def _group(self, depth: int) -> _Piece:
        for opening, name in _GROUPS.items():
            if self.pattern.startswith(opening, self.at):
                raise self._error(f"{name} is not in the language", len(opening))
        if self.pattern.startswith("(?:", self.at):
            self.at += 3
        elif self.pattern.startswith("(?", self.at):
            hint = "only (?i), at the very beginning, is understood"
            raise self._error("this option is not in the language", 2, hint)
        else:
            self.at += 1
        opened = self.at - 1
        inner = self.alternatives(depth + 1)
        if self._peek() != ")":
            raise PatternError(
                "this ( is never closed", opened, opened + 1, "close it, or write \\("
            )
        self.at += 1
        return _Piece(f"(?:{inner.text})", inner.ways)

    def _escape(self) -> str:
        letter = self.pattern[self.at + 1 : self.at + 2]
        if not letter:
            raise self._error("a backslash stands at the end", 1, "write \\\\ for a backslash")
        if letter in _REFUSED_ESCAPES:
            raise self._error(f"\\{letter} is not in the language", 2, _REFUSED_ESCAPES[letter])
        if letter.isdigit():
            hint = "what matched before cannot be used again"
            raise self._error(f"\\{letter} is not in the language", 2, hint)
        self.at += 2
        if letter in _CLASSES:
            return f"[{_CLASSES[letter]}]"
        if letter.lower() in _CLASSES:
            return f"[^{_CLASSES[letter.lower()]}]"
        if letter in _CONTROLS:
            return _CONTROLS[letter]
        if letter.isascii() and letter.isalnum():
            self.at -= 2
            raise self._error(f"\\{letter} is not in the language", 2)
        return self._character(letter)

    def _set(self) -> str:
        opened = self.at
        self.at += 1
        written = ["["]
        if self._peek() == "^":
            self.at += 1
            written.append("^")
        first = True
        while self._peek() != "]" or first:
            if self.at >= len(self.pattern):
                raise PatternError(
                    "this [ is never closed", opened, opened + 1, "close it, or write \\["
                )
            written.append(self._set_item())
            first = False
        self.at += 1
        return "".join([*written, "]"])

    def _set_item(self) -> str:
        if self.pattern.startswith("[:", self.at):
            raise self._error("[:…:] is not in the language", 2, "write the characters: a-z")
        if self._peek() == "\\" and self.pattern[self.at + 1 : self.at + 2] in _CLASSES:
            self.at += 2
            return _CLASSES[self.pattern[self.at - 1]]
        start = self.at
        low = self._set_character()
        is_range = self._peek() == "-" and self.pattern[self.at + 1 : self.at + 2] not in ("]", "")
        if not is_range:
            return self._both_cases(low, low)
        self.at += 1
        high = self._set_character()
        if high < low:
            raise PatternError("the range runs backwards", start, self.at)
        return self._both_cases(low, high)

    def _set_character(self) -> str:
        character = self._peek()
        if character != "\\":
            self.at += 1
            return character
        letter = self.pattern[self.at + 1 : self.at + 2]
        if letter in _CONTROLS:
            self.at += 2
            return {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}[letter]
        if not letter or (letter.isascii() and letter.isalnum()):
            raise self._error(f"\\{letter} is not in the language here", 2)
        self.at += 2
        return letter

    def _both_cases(self, low: str, high: str) -> str:
        written = _range(low, high)
        if not self.ignores_case:
            return written
        for first, last, shift in (("a", "z", -32), ("A", "Z", 32)):
            begin, end = max(low, first), min(high, last)
            if begin <= end:
                written += _range(chr(ord(begin) + shift), chr(ord(end) + shift))
        return written

    def _character(self, character: str) -> str:
        if self.ignores_case and character.isascii() and character.isalpha():
            return f"[{character.lower()}{character.upper()}]"
        return _quoted(character)

    def _repeated(self, piece: _Piece, start: int) -> _Piece:
        mark = self._peek()
        if not mark or mark not in "*+?{":
            return piece
        begin = self.at
        low, high = self._times()
        if high is None:
            self._check_endless(piece, start, begin)
        if self._peek() == "+":
            raise self._error("possessive repetition is not in the language", 1)
        if self._peek() == "?":
            self.at += 1  # whether there is a match does not depend on greed
        if self._peek() in ("*", "{", "?"):
            raise self._error(f"{self._peek()} follows another repetition", 1)
        ways = 1 if high is None else _ways(piece.ways, low, high)
        return _Piece(piece.text + _counted(low, high), ways)

    def _check_endless(self, piece: _Piece, start: int, begin: int) -> None:
        if not piece.is_single:
            message = "a group can be repeated at most a fixed number of times"
            hint = "give a number: {0,20}; or repeat a single character or [set]"
            raise PatternError(message, start, self.at, hint)
        self.endless += 1
        if self.endless > MAX_ENDLESS:
            message = f"a pattern has at most {MAX_ENDLESS} repetitions without end"
            raise PatternError(message, begin, self.at, "give a number: {0,20}")

    def _times(self) -> tuple[int, int | None]:
        """Read ``*``, ``+``, ``?`` or ``{n,m}``; None stands for without end."""
        mark = self._peek()
        if mark != "{":
            self.at += 1
            return {"*": (0, None), "+": (1, None), "?": (0, 1)}[mark]
        end = self.pattern.find("}", self.at)
        body = self.pattern[self.at + 1 : end] if end > 0 else ""
        low, comma, high = body.partition(",")
        is_number = low.isascii() and low.isdecimal() and len(low) < 9
        if not is_number or (high and not (high.isascii() and high.isdecimal() and len(high) < 9)):
            hint = "put a backslash before a { that is meant as itself"
            raise self._error("a repetition is {n}, {n,} or {n,m}", 1, hint)
        most = int(high) if high else int(low)
        if not int(low) <= most <= MAX_TIMES:
            raise self._error(f"a repetition counts upwards to at most {MAX_TIMES}", len(body) + 2)
        self.at = end + 1
        return int(low), (None if comma and not high else most)

    def _peek(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def _error(self, message: str, length: int, hint: str = "") -> PatternError:
        return PatternError(message, self.at, self.at + length, hint)


def _ways(of_one: int, low: int, high: int) -> int:
    """Return in how many ways something repeats, beyond MAX_WAYS as one more than it."""
    if of_one == 1:
        return high - low + 1
    total, power = 0, 1
    for times in range(high + 1):
        total += power if times >= low else 0
        power *= of_one
        if max(total, power) > MAX_WAYS:
            return MAX_WAYS + 1
    return total


def _counted(low: int, high: int | None) -> str:
    common = {(0, None): "*", (1, None): "+", (0, 1): "?"}
    if (low, high) in common:
        return common[low, high]
    if high is None:
        return f"{{{low},}}"
    return f"{{{low}}}" if low == high else f"{{{low},{high}}}"


def _range(low: str, high: str) -> str:
    return _quoted(low) if low == high else f"{_quoted(low)}-{_quoted(high)}"


def _quoted(character: str) -> str:
    controls = {"\t": "\\t", "\n": "\\n", "\r": "\\r", "\f": "\\f"}
    if character in controls:
        return controls[character]
    if character.isascii() and not character.isalnum() and character not in " _":
        return "\\" + character
    return character
