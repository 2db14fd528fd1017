SELECT * FROM ztf
WHERE coalesce(candidate.distpsnr1, 99) > 1.5
---- duckdb ----
COALESCE("candidate"."distpsnr1", 99E0) > 1.5E0
---- flink ----
COALESCE(`candidate`.`distpsnr1`, 99E0) > 1.5E0
