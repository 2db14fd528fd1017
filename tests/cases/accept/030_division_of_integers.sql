SELECT * FROM ztf
WHERE candidate.nneg / candidate.nbad > 0.5
---- duckdb ----
CASE WHEN ABS(CAST("candidate"."nneg" AS DOUBLE) / CAST("candidate"."nbad" AS DOUBLE)) <= 1.7976931348623157E308 THEN CAST("candidate"."nneg" AS DOUBLE) / CAST("candidate"."nbad" AS DOUBLE) END > 0.5E0
---- flink ----
CASE WHEN ABS(CAST(`candidate`.`nneg` AS DOUBLE) / CAST(`candidate`.`nbad` AS DOUBLE)) <= 1.7976931348623157E308 THEN CAST(`candidate`.`nneg` AS DOUBLE) / CAST(`candidate`.`nbad` AS DOUBLE) END > 0.5E0
