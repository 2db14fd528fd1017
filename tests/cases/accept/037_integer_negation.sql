SELECT * FROM ztf
WHERE -candidate.fid < -1
---- duckdb ----
TRY_CAST(-CAST("candidate"."fid" AS HUGEINT) AS BIGINT) < -1
---- flink ----
TRY_CAST(CAST(-CAST(`candidate`.`fid` AS DECIMAL(19, 0)) AS STRING) AS BIGINT) < -1
