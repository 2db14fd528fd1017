SELECT * FROM ztf
WHERE round(candidate.fid) = 1 AND floor(candidate.fid) = 1
---- duckdb ----
"candidate"."fid" = 1 AND "candidate"."fid" = 1
---- flink ----
`candidate`.`fid` = 1 AND `candidate`.`fid` = 1
