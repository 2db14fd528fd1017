SELECT * FROM ztf
WHERE candidate.magpsf BETWEEN 15 AND 18.5
---- duckdb ----
"candidate"."magpsf" BETWEEN 15E0 AND 18.5E0
---- flink ----
`candidate`.`magpsf` BETWEEN 15E0 AND 18.5E0
