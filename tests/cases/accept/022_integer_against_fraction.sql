SELECT * FROM ztf
WHERE candidate.ndethist >= 2.5
---- duckdb ----
CAST("candidate"."ndethist" AS DOUBLE) >= 2.5E0
---- flink ----
CAST(`candidate`.`ndethist` AS DOUBLE) >= 2.5E0
