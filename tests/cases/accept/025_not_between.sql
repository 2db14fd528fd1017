SELECT * FROM ztf
WHERE candidate.magpsf NOT BETWEEN 15 AND 18.5
---- duckdb ----
NOT ("candidate"."magpsf" BETWEEN 15E0 AND 18.5E0)
---- flink ----
NOT (`candidate`.`magpsf` BETWEEN 15E0 AND 18.5E0)
