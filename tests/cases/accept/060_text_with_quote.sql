SELECT * FROM ztf
WHERE candidate.ssnamenr = 'O''Neill'
---- duckdb ----
"candidate"."ssnamenr" = 'O''Neill'
---- flink ----
`candidate`.`ssnamenr` = 'O''Neill'
