SELECT * FROM ztf
WHERE cardinality(prv_candidates) >= 2 OR prv_candidates IS NULL
---- duckdb ----
LEN("prv_candidates") >= 2 OR "prv_candidates" IS NULL
---- flink ----
CAST(CARDINALITY(`prv_candidates`) AS BIGINT) >= 2 OR `prv_candidates` IS NULL
