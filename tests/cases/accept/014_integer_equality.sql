SELECT * FROM ztf
WHERE candidate.nbad = 0
---- duckdb ----
"candidate"."nbad" = 0
---- flink ----
`candidate`.`nbad` = 0
