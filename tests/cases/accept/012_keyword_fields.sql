SELECT * FROM ztf WHERE candidate.dec > 0 AND candidate.field = 517
---- duckdb ----
"candidate"."dec" > 0E0 AND "candidate"."field" = 517
---- flink ----
`candidate`.`dec` > 0E0 AND `candidate`.`field` = 517
