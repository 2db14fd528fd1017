SELECT * FROM ztf
WHERE sign(candidate.magdiff) = -1 AND sign(candidate.fid) = 1
---- duckdb ----
CAST(SIGN("candidate"."magdiff") AS BIGINT) = -1 AND CAST(SIGN("candidate"."fid") AS BIGINT) = 1
---- flink ----
CAST(SIGN(`candidate`.`magdiff`) AS BIGINT) = -1 AND CAST(SIGN(`candidate`.`fid`) AS BIGINT) = 1
