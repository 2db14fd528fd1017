SELECT * FROM ztf
WHERE candidate.isdiffpos IN ('t', '1')
---- duckdb ----
"candidate"."isdiffpos" IN ('1', 't')
---- flink ----
`candidate`.`isdiffpos` IN ('1', 't')
