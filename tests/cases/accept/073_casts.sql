SELECT * FROM ztf
WHERE CAST(candidate.fid AS DOUBLE) / 2 > 0.6 AND candid::BIGINT % 10 = 5
---- duckdb ----
CAST("candidate"."fid" AS DOUBLE) / 2E0 > 0.6E0 AND MOD("candid", CAST(10 AS BIGINT)) = 5
---- flink ----
CAST(`candidate`.`fid` AS DOUBLE) / 2E0 > 0.6E0 AND MOD(`candid`, CAST(10 AS BIGINT)) = 5
