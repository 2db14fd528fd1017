SELECT * FROM ztf
WHERE candidate.rbversion LIKE '100\%!' ESCAPE '\'
---- duckdb ----
"candidate"."rbversion" LIKE '100!%!!' ESCAPE '!'
---- flink ----
`candidate`.`rbversion` LIKE '100!%!!' ESCAPE '!'
