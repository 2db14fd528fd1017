from __future__ import annotations

import re

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minibroker.compiler.pattern import (
    PatternError,
    has_single,
    like_as_expression,
    like_pattern,
    regular_expression,
)

REWRITTEN = {
    "abc": "abc",
    "^a$": "^a\\z",
    ".": "[^\\n]",
    "\\d\\w\\s": "[0-9][0-9A-Za-z_][\\t\\n\\f\\r ]",
    "\\D": "[^0-9]",
    "(a|b)": "(?:a|b)",
    "(?:a|b)?": "(?:a|b)?",
    "a*b+?c??": "a*b+c?",
    "a{2}b{2,}c{2,3}": "a{2}b{2,}c{2,3}",
    "[a-z_.]": "[a-z_\\.]",
    "[]a]": "[\\]a]",
    "[^]-]": "[^\\]\\-]",
    "[a&&b]": "[a\\&\\&b]",
    "[[a]": "[\\[a]",
    "[\\d.]": "[0-9\\.]",
    "a/b-c": "a\\/b\\-c",
    "\\.\\\\": "\\.\\\\",
    "\\t": "\\t",
    "(?i)aB1": "[aA][bB]1",
    "(?i)[a-c]": "[a-cA-C]",
    "é": "é",
}


@pytest.mark.parametrize("pattern", REWRITTEN)
def test_rewritten(pattern: str) -> None:
    assert regular_expression(pattern) == REWRITTEN[pattern]


@pytest.mark.parametrize(
    "pattern",
    [
        "", "(", ")", "[", "[a", "a)", "*a", "a**", "a{", "a{x}", "a{3,2}", "a{101}", "a{1,1000}",
        "a++", "a?+", "(a)*", "(a*)*", "(a|b){2,}", "(a?){20}", "(a|a){14}", "a*b*c*d*",
        "(?=a)", "(?!a)", "(?<=a)", "(?<!a)", "(?>a)", "(?P<n>a)", "(?<n>a)", "(?i:a)", "a(?i)",
        "\\1", "\\b", "\\B", "\\pL", "\\Qa\\E", "\\A", "\\z", "\\Z", "\\G", "\\y", "\\",
        "[[:alpha:]]", "[z-a]", "[\\b]", "a?" * 14, "x" * 501,
    ],
)  # fmt: skip
def test_refused(pattern: str) -> None:
    with pytest.raises(PatternError) as caught:
        regular_expression(pattern)
    assert 0 <= caught.value.start <= caught.value.end <= max(len(pattern), caught.value.end)


PIECES = [
    "a",
    "B",
    ".",
    "\\d",
    "[a-c]",
    "[^x]",
    "^",
    "$",
    "(a|b)",
    "(?:ab)?",
    "c*",
    "é",
    "-",
    "\\.",
]
TEXTS = ["", "a", "ab", "B", "aB\n", "a.b", "x7c", "cccab", "é-", "ab\nab", "A", "a\r", "😀a"]


@settings(deadline=None)  # how busy the machine is says nothing of the pattern
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=5), st.sampled_from(TEXTS))
def test_the_new_spelling_matches_what_the_old_one_did(pieces: list[str], text: str) -> None:
    pattern = "".join(pieces)
    try:
        written = regular_expression(pattern)
    except PatternError:
        return
    # $ is the very end here, and \d is of ASCII.
    meant = pattern.replace("$", "\\Z").replace("\\d", "[0-9]")
    expected = re.search(meant, text) is not None
    query = "SELECT REGEXP_MATCHES(?, ?)"
    assert duckdb.execute(query, [text, written]).fetchall() == [(expected,)]


def test_like_keeps_what_needs_no_escape() -> None:
    assert like_pattern("a%b_c", "") == "a%b_c"
    assert like_pattern("50!", "") == "50!!"
    assert like_pattern("a\\%b\\\\", "\\") == "a!%b\\"
    assert like_pattern("!%!!", "!") == "!%!!"


@pytest.mark.parametrize("pattern", ["%0_%0_%0_%1", "%a%b%c%_", "%a%b%c%d!!", "%a%b%c%d!%"])
def test_like_that_could_be_tried_in_many_ways_is_refused(pattern: str) -> None:
    """Flink took 6 s for one row of 44 characters and eight of ``0_%``, 2 s for seven."""
    with pytest.raises(PatternError, match="at most 3"):
        like_pattern(pattern, "!")


@pytest.mark.parametrize("pattern", ["%a%b%c%d%e%f%", "%a_%b_%c_%", "%%%_%%%_%%", "a!!b!%%c%%d%"])
def test_like_that_cannot_is_not(pattern: str) -> None:
    assert like_pattern(pattern, "!") == pattern


@pytest.mark.parametrize("pattern", ["a!", "a!b"])
def test_like_refuses_an_escape_of_nothing(pattern: str) -> None:
    with pytest.raises(PatternError):
        like_pattern(pattern, "!")


@pytest.mark.parametrize(
    "text", ["", "a", "a\n", "\nb", "a_", "a%", "a!b", "\U0001f600", "[a]", "\\"]
)
@pytest.mark.parametrize("pattern", ["_", "a_", "_b", "%_", "a!_", "a!%", "a!!_", "[_]", "!!", "%"])
def test_like_as_an_expression_means_the_same(pattern: str, text: str) -> None:
    expression = like_as_expression(pattern).replace("\\z", "\\Z")
    wanted = duckdb.execute("SELECT ? LIKE ? ESCAPE '!'", [text, pattern]).fetchall()
    assert wanted == [(re.search(expression, text) is not None,)]


def test_an_escaped_underscore_is_itself() -> None:
    assert [has_single(each) for each in ("a_", "a!_", "!!_", "!!!_", "!%_")] == [
        True, False, True, False, True,
    ]  # fmt: skip
