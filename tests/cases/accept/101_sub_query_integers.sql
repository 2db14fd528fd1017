SELECT * FROM ztf WHERE (SELECT sum(p.fid) + candidate.fid FROM UNNEST(prv_candidates) AS p WHERE p.fid % 2 = 1) % 7 = 3
---- duckdb ----
MOD(LIST_TRANSFORM([{'a0': TRY_CAST(LIST_AGGREGATE(LIST_TRANSFORM(LIST_FILTER("prv_candidates", lambda "_element": MOD("_element"."fid", CAST(2 AS BIGINT)) = 1), lambda "_element": "_element"."fid"), 'sum') AS BIGINT)}], lambda "_found": TRY_CAST(CAST("_found".a0 AS HUGEINT) + CAST("candidate"."fid" AS HUGEINT) AS BIGINT))[1], CAST(7 AS BIGINT)) = 3
---- flink ----
ARRAY_EVAL('(select (= (remainder (field "fid") 2) 1) (= (remainder (add (aggregate sum (field "fid")) (outer 0)) 7) 3))', `prv_candidates`, `candidate`.`fid`)
