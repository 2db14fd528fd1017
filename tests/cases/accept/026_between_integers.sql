SELECT * FROM ztf
WHERE candidate.ndethist BETWEEN 2 AND 20
---- duckdb ----
"candidate"."ndethist" BETWEEN 2 AND 20
---- flink ----
`candidate`.`ndethist` BETWEEN 2 AND 20
