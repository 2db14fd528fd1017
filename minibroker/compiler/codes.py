"""Every code that a diagnostic of a filter can have, in one table, as the reference shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Code:
    """One row of the table; its texts are sentences."""

    meaning: str
    remedy: str
    example: str
    """A filter that has this fault."""


CODES: Mapping[str, Code] = {
    "and-more": Code(
        "More than fifty errors, or warnings, were found: the rest is counted only.",
        "Mend those that are told and check again.",
        "SELECT * FROM ztf WHERE " + " AND ".join(f"a{n} > 1" for n in range(60)),
    ),
    "bad-cast": Code(
        "A CAST to a type that the engines would convert to differently, or from one that has "
        "no such conversion.",
        "Cast integers to DOUBLE or VARCHAR; use floor, ceil, trunc or round to make a number "
        "whole.",
        "CAST(candidate.rb AS INTEGER) = 1",
    ),
    "bad-character": Code(
        "A character that is not a part of SQL: a typographic quote, a sign that only looks like "
        "minus, or one that is not seen at all.",
        "Write the plain character; inside of texts and comments all but control characters "
        "are fine.",
        "candidate.magpsf \u2264 18",
    ),
    "bad-column-name": Code(
        "A column of a message in Avro has a name that Avro does not take.",
        "Write AS and a name of letters, digits and _, all of ASCII.",
        '-- format: avro\nSELECT candidate.ra AS "r a" FROM ztf WHERE candidate.rb > 0.9',
    ),
    "bad-format": Code(
        "A `-- format:` that there is not, or one for a packet that is sent as it came.",
        "Write `-- format: avro` or `-- format: json` with a list of columns only.",
        "-- format: avro\nSELECT * FROM ztf WHERE candidate.rb > 0.9",
    ),
    "bad-index": Code(
        "An element is asked for of something that is no list, or by something that is not a "
        "whole number from 1.",
        "Write a[1] for the first element; use a sub-query for the last or for any.",
        "prv_candidates[0].magpsf < 18",
    ),
    "bad-name": Code(
        "The name that the file or its `-- name:` gives cannot be a filter's.",
        "Begin with a letter a-z, then at most 62 of a-z, 0-9 and _.",
        "-- name: Bright Ones\nSELECT * FROM ztf WHERE candidate.magpsf < 18",
    ),
    "bad-number": Code(
        "A number that fits neither an integer of 64 bits nor a DOUBLE.",
        "Write large numbers with an exponent: 1e20.",
        "candid > 99999999999999999999",
    ),
    "bad-pattern": Code(
        "A pattern of LIKE or regexp_matches that the engines would read differently, that "
        "could take very long to match, or that is none.",
        "Write it with the signs that [functions.md](functions.md#patterns) lists.",
        "regexp_matches(objectId, '(ZTF)+')",
    ),
    "bad-sub-query": Code(
        "A sub-query that is not one of the two forms over one of the alert's lists, or an "
        "aggregate in the wrong place.",
        "Write EXISTS (SELECT 1 FROM UNNEST(list) AS p WHERE \u2026) or "
        "(SELECT max(p.field) FROM UNNEST(list) AS p WHERE \u2026).",
        "SELECT * FROM ztf WHERE EXISTS (SELECT 1 FROM prv_candidates AS p WHERE p.rb > 0.5)",
    ),
    "compared-with-null": Code(
        "A comparison with NULL, which is never true.",
        "Write IS NULL or IS NOT NULL.",
        "candidate.ssdistnr = NULL",
    ),
    "cutout-field": Code(
        "The field is an image, which no filter sees.",
        "Use the numbers that the survey measured on it.",
        "SELECT * FROM ztf WHERE cutoutScience IS NOT NULL",
    ),
    "empty": Code("The text holds no condition.", "Write one.", "-- nothing yet"),
    "engine-hint": Code(
        "A comment that begins with `/*+` or `/*!` is an order to an engine. None reaches one, "
        "and who writes it would believe that it had an effect.",
        "Remove it; write a space after `/*` where it is meant as a comment.",
        "candidate.rb > 0.9 /*+ OPTIONS('scan.startup.mode'='latest-offset') */",
    ),
    "float-equality": Code(
        "A field of single precision is held against a number that no such value equals. The "
        "filter is accepted.",
        "Write the nearest value, which the message names, or compare with < and >.",
        "candidate.rb = 0.65",
    ),
    "no-condition": Code(
        "There is no WHERE: every alert passes. The filter is accepted.",
        "Add a WHERE clause, if that is not what you mean.",
        "SELECT * FROM ztf",
    ),
    "no-survey": Code(
        "Nothing says which survey's alerts the filter reads, and its fields do not either.",
        "Write SELECT * FROM <survey> WHERE \u2026, or begin with `-- survey: <survey>`.",
        "1 = 1",
    ),
    "not-a-condition": Code(
        "A number or a text stands where something true or false is needed.",
        "Compare it with something.",
        "candidate.rb AND candidate.fid = 1",
    ),
    "not-a-cutout": Code(
        "EXCLUDE names a field that is no image: nothing else can be left out of a packet.",
        "Name cutouts in EXCLUDE, or the columns that you want in SELECT.",
        "SELECT * EXCLUDE (candidate) FROM ztf WHERE candidate.rb > 0.9",
    ),
    "not-a-filter": Code(
        "The statement is none that a filter can be.",
        "Write SELECT * FROM <survey> WHERE <condition>.",
        "DROP TABLE ztf",
    ),
    "not-a-literal": Code(
        "A field or an expression stands where the value itself must be written.",
        "Write the value.",
        "objectId LIKE candidate.ssnamenr",
    ),
    "not-a-record": Code(
        "A part is asked for of something that has no parts.",
        "Take one element of a list, or leave the part out.",
        "candidate.rb.value > 0.5",
    ),
    "not-a-value": Code(
        "A record, a list or a map stands where a single value is needed.",
        "Name a field of it.",
        "candidate > 1",
    ),
    "not-supported": Code(
        "This is SQL, and not in the language of filters.",
        "The message says what to write instead, where there is something.",
        "SELECT * FROM ztf WHERE candidate.rb > 0.5 ORDER BY candidate.rb",
    ),
    "out-of-range": Code(
        "A constant argument lies outside of what the function takes.",
        "Check its unit and the order of the arguments.",
        "cone(candidate.ra, candidate.dec, 10, 95, 3)",
    ),
    "repeated-column": Code(
        "Two columns have the same name, or one that differs in its case alone.",
        "Give one of them another name: AS ra_2, say.",
        "SELECT candidate.ra, candidate.dec AS ra FROM ztf WHERE candidate.rb > 0.9",
    ),
    "repeated-key": Code(
        "A key of the leading comments is given twice.",
        "Keep one of them.",
        "-- name: one\n-- name: two\nSELECT * FROM ztf WHERE candidate.rb > 0.5",
    ),
    "sentinel": Code(
        'A test or an aggregate takes a value that stands for "nothing here" for a measurement. '
        "The filter is accepted.",
        "Add the guard that the message names.",
        "candidate.ssdistnr < 5",
    ),
    "several-statements": Code(
        "Something follows the semicolon: a filter is one statement.",
        "Put each filter into a file of its own.",
        "SELECT * FROM ztf WHERE candidate.rb > 0.5; SELECT * FROM ztf",
    ),
    "syntax": Code(
        "The text cannot be read as SQL.",
        "The message says what was expected, and where.",
        "candidate.rb > AND candidate.fid = 1",
    ),
    "too-deep": Code(
        "More brackets, CASEs, signs or operators inside each other than are read or planned.",
        "Use fewer in one expression, or split the filter.",
        "(" * 31 + "candidate.rb > 0.5" + ")" * 31,
    ),
    "too-long": Code(
        "The text, the number of its comparisons, or what is written out for the engines is "
        "beyond what is read or planned.",
        "Write IN (\u2026) for many values of one field, nest divisions and functions less, or "
        "split the filter.",
        "gal_b(gal_b(gal_b(gal_b(gal_b(candidate.ra, 1), 1), 1), 1), 1) > 10",
    ),
    "type-mismatch": Code(
        "The types do not go together: nothing is converted silently.",
        "Write the value in the field's own type.",
        "candidate.rb > '0.9'",
    ),
    "unbalanced": Code(
        "A bracket is closed that was not opened, or not closed at all.",
        "Balance them.",
        "(candidate.rb > 0.5",
    ),
    "unclosed": Code(
        "A text, a quoted name or a comment does not end.",
        "End it.",
        "objectId LIKE 'ZTF18%",
    ),
    "unnamed-column": Code(
        "A column is computed, and nothing says what it is called.",
        "Write AS and a name behind it.",
        "SELECT candidate.rb * 100 FROM ztf WHERE candidate.rb > 0.9",
    ),
    "unknown-field": Code(
        "The survey, or the element of a list, has no such field.",
        "Take one of the names that the message suggests, or look with `minibroker schema`.",
        "candidate.mag < 18",
    ),
    "unknown-function": Code(
        "There is no such function in the language.",
        "[functions.md](functions.md) lists those that there are.",
        "ifnull(candidate.rb, 0) > 0.5",
    ),
    "unknown-key": Code(
        "A leading comment reads like a key, and is none.",
        "The keys are name, description, expect, survey and format.",
        "-- nmae: bright\nSELECT * FROM ztf WHERE candidate.magpsf < 18",
    ),
    "unknown-survey": Code(
        "There is no survey of this name.",
        "The message names those that there are.",
        "SELECT * FROM atlas WHERE candidate.rb > 0.5",
    ),
    "wrong-arguments": Code(
        "A function is given too few or too many arguments.",
        "The message shows how the function is written.",
        "cone(candidate.ra, candidate.dec, 10, 20) IS NULL",
    ),
}
"""By code, in the order of the reference page."""
