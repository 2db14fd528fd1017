SELECT * FROM ztf
WHERE candidate.fid IN (1, 2.0, 3)
---- duckdb ----
"candidate"."fid" IN (1, 2, 3)
---- flink ----
`candidate`.`fid` IN (1, 2, 3)
