SELECT * FROM ztf
WHERE candidate.ndethist + candidate.ncovhist > 100
---- duckdb ----
TRY_CAST(CAST("candidate"."ndethist" AS HUGEINT) + CAST("candidate"."ncovhist" AS HUGEINT) AS BIGINT) > 100
---- flink ----
TRY_CAST(CAST(CAST(`candidate`.`ndethist` AS DECIMAL(19, 0)) + CAST(`candidate`.`ncovhist` AS DECIMAL(19, 0)) AS STRING) AS BIGINT) > 100
