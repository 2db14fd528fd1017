SELECT * FROM ztf
WHERE candidate.nid % candidate.fid = 0
---- duckdb ----
CASE WHEN "candidate"."fid" <> 0 THEN CAST(MOD(CAST("candidate"."nid" AS HUGEINT), CAST("candidate"."fid" AS HUGEINT)) AS BIGINT) END = 0
---- flink ----
CASE WHEN `candidate`.`fid` <> 0 THEN MOD(`candidate`.`nid`, `candidate`.`fid`) END = 0
