SELECT * FROM ztf WHERE (SELECT count(*) + 1 FROM UNNEST(prv_candidates) AS p) > (SELECT count(DISTINCT p.fid) * 2 FROM UNNEST(prv_candidates) AS p)
---- duckdb ----
LIST_TRANSFORM([{'a0': COALESCE(LEN("prv_candidates"), 0)}], lambda "_found": TRY_CAST(CAST("_found".a0 AS HUGEINT) + CAST(1 AS HUGEINT) AS BIGINT))[1] > LIST_TRANSFORM([{'a0': COALESCE(LEN(LIST_DISTINCT(LIST_TRANSFORM("prv_candidates", lambda "_element": "_element"."fid"))), 0)}], lambda "_found": TRY_CAST(CAST("_found".a0 AS HUGEINT) * CAST(2 AS HUGEINT) AS BIGINT))[1]
---- flink ----
ARRAY_EVAL('(select true (add (aggregate count) 1))', `prv_candidates`) > ARRAY_EVAL('(select true (multiply (aggregate count-distinct (field "fid")) 2))', `prv_candidates`)
