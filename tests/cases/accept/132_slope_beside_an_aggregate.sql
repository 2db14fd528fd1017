SELECT * FROM ztf
WHERE (SELECT min(p.magpsf) - regr_slope(p.magpsf, p.jd) FROM UNNEST(prv_candidates) AS p WHERE p.fid = 1) > 18
---- duckdb ----
LIST_TRANSFORM([{'a0': LIST_AGGREGATE(LIST_TRANSFORM(LIST_FILTER("prv_candidates", lambda "_element": "_element"."fid" = 1), lambda "_element": "_element"."magpsf"), 'min'), 'a1': (SELECT REGR_SLOPE("_element"."magpsf", "_element"."jd") FROM UNNEST(LIST_FILTER("prv_candidates", lambda "_element": "_element"."fid" = 1)) AS "_element")}], lambda "_found": CASE WHEN ABS("_found".a0 - CASE WHEN ABS("_found".a1) <= 1.7976931348623157E308 THEN "_found".a1 END) <= 1.7976931348623157E308 THEN "_found".a0 - CASE WHEN ABS("_found".a1) <= 1.7976931348623157E308 THEN "_found".a1 END END)[1] > 18E0
---- flink ----
ARRAY_EVAL('(select (= (field "fid") 1) (> (finite (subtract (aggregate min (field "magpsf")) (finite (aggregate regr_slope (field "magpsf") (field "jd"))))) 18E0))', `prv_candidates`)
