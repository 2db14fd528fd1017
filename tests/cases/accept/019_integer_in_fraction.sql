SELECT * FROM ztf
WHERE candidate.fid IN (1, 2.5)
---- duckdb ----
"candidate"."fid" = 1 OR CAST("candidate"."fid" AS DOUBLE) = 2.5E0
---- flink ----
`candidate`.`fid` = 1 OR CAST(`candidate`.`fid` AS DOUBLE) = 2.5E0
