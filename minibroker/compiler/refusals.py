"""What SQL has and a filter has not, each with what to do instead."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

# fmt: off
STATEMENTS = frozenset(
    [
        "ALTER",
        "ANALYZE",
        "ATTACH",
        "BEGIN",
        "CALL",
        "CHECKPOINT",
        "COMMENT",
        "COMMIT",
        "COPY",
        "CREATE",
        "DEALLOCATE",
        "DELETE",
        "DESCRIBE",
        "DETACH",
        "DROP",
        "EXECUTE",
        "EXPLAIN",
        "EXPORT",
        "GRANT",
        "IMPORT",
        "INSERT",
        "INSTALL",
        "LOAD",
        "MERGE",
        "PIVOT",
        "PRAGMA",
        "PREPARE",
        "REPLACE",
        "RESET",
        "REVOKE",
        "ROLLBACK",
        "SET",
        "SHOW",
        "SUMMARIZE",
        "TABLE",
        "TRUNCATE",
        "UNPIVOT",
        "UPDATE",
        "USE",
        "VACUUM",
        "VALUES",
    ]
)
# fmt: on
"""First words of statements that are not filters."""

SET_OPERATIONS: Mapping[type[exp.Expr], str] = {
    exp.Union: "UNION",
    exp.Intersect: "INTERSECT",
    exp.Except: "EXCEPT",
}

_ONE_ALERT = "a filter judges one alert at a time"

CLAUSES: Mapping[str, tuple[str, str, str]] = {
    "with_": ("WITH", "a filter has no WITH: it is one SELECT", "write the expression in place"),
    "distinct": ("DISTINCT", f"{_ONE_ALERT}: DISTINCT has no meaning", "leave DISTINCT out"),
    "joins": (
        "JOIN",
        f"{_ONE_ALERT}: there is nothing to join with",
        "the alert's own history is in its arrays",
    ),
    "laterals": ("LATERAL", f"{_ONE_ALERT}: there is nothing to join with", ""),
    "group": ("GROUP BY", f"{_ONE_ALERT}: there is nothing to group", "leave GROUP BY out"),
    "having": ("HAVING", f"{_ONE_ALERT}: there are no groups", "put the condition into WHERE"),
    "qualify": ("QUALIFY", f"{_ONE_ALERT}: there are no windows", "put the condition into WHERE"),
    "windows": ("WINDOW", f"{_ONE_ALERT}: there are no windows", "leave WINDOW out"),
    "order": ("ORDER BY", "a stream has the order it arrives in", "leave ORDER BY out"),
    "limit": ("LIMIT", "a filter passes every alert that fits: it has no LIMIT", "leave it out"),
    "offset": ("OFFSET", "a filter passes every alert that fits: it has no OFFSET", "leave it out"),
    "sample": (
        "SAMPLE",
        "a sample differs at each run",
        "take every hundredth by a number of the alert: candid % 100 = 0",
    ),
    "into": ("INTO", "a filter's topic follows from its name", "leave INTO out"),
    "pivots": ("PIVOT", "a filter judges the alert as it is", "leave it out"),
}
"""By sqlglot's name of the clause: its keyword, the message and the hint."""

SUB_QUERY_CLAUSES: Mapping[str, tuple[str, str]] = {
    "with_": ("a sub-query has no WITH", "write the expression in place"),
    "distinct": ("a sub-query has no DISTINCT", "count(DISTINCT x) counts different values"),
    "joins": ("a sub-query goes through one list", "the alert's own fields are there by name"),
    "laterals": ("a sub-query goes through one list", "the alert's own fields are there by name"),
    "group": ("a sub-query has no GROUP BY: it has one value", "put a condition into its WHERE"),
    "having": ("a sub-query has no HAVING", "compare the sub-query: (SELECT count(*) …) > 1"),
    "qualify": ("a sub-query has no QUALIFY", "put the condition into its WHERE"),
    "windows": ("a sub-query has no windows", "leave WINDOW out"),
    "order": ("a sub-query has no ORDER BY", "arg_max(x, by) is x where by is greatest"),
    "limit": ("a sub-query has no LIMIT", "arg_max(x, by) is x where by is greatest"),
    "offset": ("a sub-query has no OFFSET", "arg_max(x, by) is x where by is greatest"),
    "sample": ("a sub-query has no SAMPLE", "leave it out"),
}
"""By sqlglot's name of a clause in a sub-query: the message and the hint."""

_OVER_A_LIST = "write EXISTS (SELECT 1 FROM UNNEST(list) AS p WHERE …)"
_BITS = "use % and floor(a / b): floor(x / 4) % 2 = 1 for the third bit"

NODES: Mapping[type[exp.Expr], tuple[str, str]] = {
    exp.Window: ("window functions need rows beside the alert", "use the alert's own fields"),
    exp.Placeholder: ("a filter has no parameters", "write the value itself"),
    exp.Parameter: ("a filter has no parameters", "write the value itself"),
    exp.SessionParameter: ("a filter has no parameters", "write the value itself"),
    exp.SimilarTo: ("SIMILAR TO means different things", "use LIKE or regexp_matches(x, '…')"),
    exp.RegexpLike: ("~ means different things", "use regexp_matches(x, '…')"),
    exp.RegexpILike: ("~* means different things", "use regexp_matches(x, '(?i)…')"),
    exp.Glob: ("GLOB is not in the language", "use LIKE or regexp_matches(x, '…')"),
    exp.Lambda: ("functions of functions are not in the language", _OVER_A_LIST),
    exp.Kwarg: ("arguments are given by position", "leave the name out"),
    exp.PropertyEQ: ("arguments are given by position", "leave the name out"),
    exp.Comprehension: ("list comprehensions are not in the language", _OVER_A_LIST),
    exp.Interval: ("times are numbers of days here", "use candidate.jd - 0.5, say"),
    exp.Extract: ("times are numbers of days here", "compare the JD or MJD field"),
    exp.StrPosition: ("POSITION is not in the language", "use contains(x, 'text')"),
    exp.Trim: ("TRIM is not in the language", "use LIKE with %"),
    exp.Overlay: ("OVERLAY is not in the language", ""),
    exp.ArrayOverlaps: ("&& is not standard SQL", "write AND"),
    exp.BitwiseAnd: ("bit operators are not in the language", "use AND, or % for low bits"),
    exp.BitwiseOr: ("bit operators are not in the language", "use OR, or || for texts"),
    exp.BitwiseXor: ("bit operators are not in the language", _BITS),
    exp.BitwiseNot: ("bit operators are not in the language", _BITS),
    exp.BitwiseLeftShift: ("bit operators are not in the language", _BITS),
    exp.BitwiseRightShift: ("bit operators are not in the language", _BITS),
    exp.IntDiv: ("// is not standard SQL", "write floor(a / b)"),
    exp.Pow: ("this operator is not standard SQL", "write power(a, b)"),
    exp.JSONExtract: ("-> is not in the language", "write a.b for a field of a record"),
    exp.JSONExtractScalar: ("->> is not in the language", "write a.b for a field of a record"),
    exp.Array: ("lists cannot be written in a filter", "use IN (…) to compare with several"),
    exp.Struct: ("records cannot be written in a filter", "name the fields one by one"),
    exp.Map: ("maps cannot be written in a filter", ""),
    exp.Tuple: ("a list in brackets is only for IN", "compare the parts one by one with AND"),
    exp.Concat: ("two texts stand side by side", "join texts with ||"),
    exp.Star: ("a star stands only after SELECT", "name a field"),
    exp.Alias: ("a condition has no name", "leave AS out"),
    exp.Aliases: ("a condition has no name", "leave AS out"),
    exp.ByteString: ("only plain texts are in the language", "write 'text'"),
    exp.RawString: ("only plain texts are in the language", "write 'text'"),
    exp.HexString: ("only decimal numbers are in the language", ""),
    exp.BitString: ("only decimal numbers are in the language", ""),
    exp.National: ("only plain texts are in the language", "write 'text'"),
    exp.Any: ("ANY is not in the language", "use IN (…)"),
    exp.All: ("ALL is not in the language", "join the conditions with AND"),
    exp.AtTimeZone: ("times are numbers of days here", "compare the JD or MJD field"),
    exp.Collate: ("texts compare by their bytes", "leave COLLATE out"),
    exp.Distinct: ("DISTINCT has no meaning here", "leave it out"),
    exp.If: ("IF is not standard SQL", "write CASE WHEN … THEN … ELSE … END"),
    exp.Slice: ("a part of a list is not in the language", "take one element: a[1]"),
    exp.Ordered: ("an order has no meaning here", "leave it out"),
    exp.Union: ("a filter is one SELECT", "join the conditions with AND, OR and NOT"),
    exp.StartsWith: ("^@ is not standard SQL", "use starts_with(x, 'text')"),
}
"""By node: what is wrong and what to write instead."""

FUNCTIONS: Mapping[str, str] = {
    "log": "it is the natural logarithm to some and log10 to others: write ln(x) or log10(x)",
    "now": "an alert replayed tomorrow would be judged differently: compare with received_mjd()",
    "current_date": "an alert replayed tomorrow would be judged differently: use received_mjd()",
    "current_timestamp": "an alert replayed tomorrow would be judged differently: "
    "use received_mjd()",
    "today": "an alert replayed tomorrow would be judged differently: use received_mjd()",
    "current_time": "an alert replayed tomorrow would be judged differently: use received_mjd()",
    "localtime": "an alert replayed tomorrow would be judged differently: use received_mjd()",
    "localtimestamp": "an alert replayed tomorrow would be judged differently: use received_mjd()",
    "random": "an alert replayed tomorrow would be judged differently: use candid % 100 = 0, say",
    "columns": "name each column",
    "concat": "join texts with ||",
    "if": "write CASE WHEN … THEN … ELSE … END",
    "iif": "write CASE WHEN … THEN … ELSE … END",
    "ifnull": "write coalesce(x, y)",
    "isnan": "NaN does not exist here, it is NULL: write x IS NULL",
    "isinf": "infinity does not exist here, it is NULL: write x IS NULL",
    "isfinite": "write x IS NOT NULL: NaN and infinity do not exist here",
    "regexp_like": "write regexp_matches(x, 'pattern')",
    "regexp": "write regexp_matches(x, 'pattern')",
    "like": "write x LIKE 'pattern'",
    "char_length": "write length(x)",
    "array_length": "write cardinality(x)",
    "list_contains": "write EXISTS (SELECT 1 FROM UNNEST(list) AS p WHERE p.field = …)",
    "position": "write contains(x, 'text')",
    "struct_extract": "write a.b for a field of a record",
    "list_extract": "write a[1] for an element of a list",
    "array_extract": "write a[1] for an element of a list",
    "date_diff": "times are numbers of days here: subtract them",
    "in_watchlist": "lists of positions are not here yet: join a few by OR, each written as "
    "cone(candidate.ra, candidate.dec, ra0, dec0, arcsec)",
    "q3c_dist": "write angsep(ra1, dec1, ra2, dec2), in arcseconds",
    "haversine": "write angsep(ra1, dec1, ra2, dec2), in arcseconds",
}
"""By the name of a function that is not in the language: what to write instead."""

CLOCKS = frozenset(
    {"current_date", "current_time", "current_timestamp", "localtime", "localtimestamp"}
)
"""Functions that are written without brackets."""

# fmt: off
AGGREGATES = frozenset(
    [
        "any_value",
        "arg_max",
        "arg_min",
        "avg",
        "bool_and",
        "bool_or",
        "count",
        "first",
        "last",
        "list",
        "max",
        "max_by",
        "median",
        "min",
        "min_by",
        "mode",
        "quantile",
        "regr_slope",
        "stddev",
        "stddev_samp",
        "string_agg",
        "sum",
        "var_samp",
        "variance",
    ]
)
# fmt: on
"""Functions over many rows; they belong into a sub-query over one of the alert's arrays."""
