SELECT * FROM ztf
WHERE 2 * candidate.ndethist > candidate.ncovhist
---- duckdb ----
TRY_CAST(CAST(2 AS HUGEINT) * CAST("candidate"."ndethist" AS HUGEINT) AS BIGINT) > "candidate"."ncovhist"
---- flink ----
TRY_CAST(CAST(CAST(2 AS DECIMAL(19, 0)) * CAST(`candidate`.`ndethist` AS DECIMAL(19, 0)) AS STRING) AS BIGINT) > `candidate`.`ncovhist`
