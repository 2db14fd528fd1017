SELECT *
FROM ztf
WHERE (SELECT avg(h.forcediffimflux) FROM UNNEST(fp_hists) AS h WHERE h.rcid > 1) > 100
---- duckdb ----
LIST_TRANSFORM([{'a0': LIST_AGGREGATE(LIST_TRANSFORM(LIST_FILTER("fp_hists", lambda "_element": "_element"."rcid" > 1), lambda "_element": "_element"."forcediffimflux"), 'avg')}], lambda "_found": CASE WHEN ABS("_found".a0) <= 1.7976931348623157E308 THEN "_found".a0 END)[1] > 100E0
---- flink ----
ARRAY_EVAL('(select (> (field "rcid") 1) (> (finite (aggregate avg (field "forcediffimflux"))) 100E0))', `fp_hists`)
---- warnings ----
warning[sentinel]: avg takes in h.forcediffimflux where it is -99999, which stands for nothing there
  --> sentinel_in_an_aggregate.sql:3:15
  3 | WHERE (SELECT avg(h.forcediffimflux) FROM UNNEST(fp_hists) AS h WHERE h.rcid > 1) > 100
                    ^^^^^^^^^^^^^^^^^^^^^^
  help: put h.forcediffimflux > -99999 into the sub-query's WHERE
