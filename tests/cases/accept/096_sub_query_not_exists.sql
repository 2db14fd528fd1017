SELECT * FROM ztf WHERE NOT EXISTS (SELECT * FROM UNNEST(prv_candidates) AS p WHERE p.rb > 0.5)
---- duckdb ----
NOT (COALESCE(LEN(LIST_FILTER("prv_candidates", lambda "_element": "_element"."rb" > 0.5E0)) > 0, FALSE))
---- flink ----
ARRAY_EVAL('(select (> (field "rb") 0.5E0) (not (aggregate exists)))', `prv_candidates`)
