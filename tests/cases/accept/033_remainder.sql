SELECT * FROM lsst
WHERE diaSourceId % 113 = 0
---- duckdb ----
MOD("diaSourceId", CAST(113 AS BIGINT)) = 0
---- flink ----
MOD(`diaSourceId`, CAST(113 AS BIGINT)) = 0
