SELECT * FROM ztf
WHERE 1 / candidate.sigmapsf > CASE candidate.fid WHEN 1 THEN 50 WHEN 2 THEN 55 END
---- duckdb ----
CASE WHEN ABS(1E0 / "candidate"."sigmapsf") <= 1.7976931348623157E308 THEN 1E0 / "candidate"."sigmapsf" END > CAST(CASE WHEN "candidate"."fid" = 1 THEN CAST(50 AS BIGINT) WHEN "candidate"."fid" = 2 THEN CAST(55 AS BIGINT) END AS DOUBLE)
---- flink ----
CASE WHEN ABS(1E0 / `candidate`.`sigmapsf`) <= 1.7976931348623157E308 THEN 1E0 / `candidate`.`sigmapsf` END > CAST(CASE WHEN `candidate`.`fid` = 1 THEN CAST(50 AS BIGINT) WHEN `candidate`.`fid` = 2 THEN CAST(55 AS BIGINT) END AS DOUBLE)
