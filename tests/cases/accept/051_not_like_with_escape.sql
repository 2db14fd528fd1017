SELECT * FROM ztf
WHERE candidate.rbversion NOT LIKE 't17!_%' ESCAPE '!'
---- duckdb ----
NOT ("candidate"."rbversion" LIKE 't17!_%' ESCAPE '!')
---- flink ----
NOT (`candidate`.`rbversion` LIKE 't17!_%' ESCAPE '!')
