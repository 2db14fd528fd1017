"""What the proof has found so far, reduced: asked again in every run, of every alert of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

FOUND: Mapping[str, Sequence[str]] = {
    "kinds": (
        # DuckDB took a view's record although the view's condition left it out.
        "(SELECT max(p.flux) FROM UNNEST(everything) AS p WHERE p.mjd > 2) = -2.5",
        "EXISTS (SELECT 1 FROM UNNEST(everything) AS p)",
        # One DOUBLE among the choices or limits made DOUBLEs of all.
        "big IN (0.65, -9223372036854775807)",
        "big BETWEEN 4611686018427387905 AND exact",
        # DuckDB: subqueries in lambda expressions are not supported.
        "(SELECT min(p.err) - regr_slope(p.flux, p.visit) FROM UNNEST(history) AS p"
        " WHERE p.mjd > 0) <> 1",
        # Flink compares in UTF-16 once some other filter has looked at a text with Java's means.
        "regexp_matches(title, 'a') OR regexp_matches(objectId, 'a')",
        "'\U0001f600x' <= title",
        "title BETWEEN '\ud7ff' AND '\U0001f600'",
        "greatest(title, objectId) = title",
        "EXISTS (SELECT 1 FROM UNNEST(history) AS p WHERE p.band > '\U0001f600'"
        " OR regexp_matches(p.band, 'a'))",
        # In Flink _ stands for no end of a line.
        "title LIKE 'a_'",
        "title NOT ILIKE '%_b%'",
    ),
}
