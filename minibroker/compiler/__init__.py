"""Text to a checked filter to two spellings. Pure: no socket, no JVM, no database.

==========  =============================  ======================================
stage       from, to                       file
==========  =============================  ======================================
scan        text, tokens                   scan.py: what no parser should be given
parse       tokens, sqlglot's tree         parse.py
resolve     sqlglot's tree, Meaning        resolve.py, operators.py, scope.py, typing.py,
                                           calls.py, subquery.py; projection.py the list
lower       Meaning, Expression            lower.py, functions.py, build.py
spell       Expression, two texts          spell_flink.py, spell_duckdb.py, program.py
==========  =============================  ======================================

``compile.py`` runs them in this order.
"""

from minibroker.compiler.compile import Checked, check_filter, compile_filter
from minibroker.compiler.dissect import dissect_filter
from minibroker.compiler.explain import Explanation, explain_filter, explain_plan
from minibroker.compiler.spell_duckdb import spell_duckdb
from minibroker.compiler.spell_flink import create_function, spell_flink

__all__ = [
    "Checked",
    "Explanation",
    "check_filter",
    "compile_filter",
    "create_function",
    "dissect_filter",
    "explain_filter",
    "explain_plan",
    "spell_duckdb",
    "spell_flink",
]
