SELECT * FROM ztf
WHERE round(candidate.magpsf, 1) = 18.5
---- duckdb ----
ROUND(CASE WHEN ABS("candidate"."magpsf" * 10E0) <= 1.7976931348623157E308 THEN "candidate"."magpsf" * 10E0 END) / 10E0 = 18.5E0
---- flink ----
ROUND(CASE WHEN ABS(`candidate`.`magpsf` * 10E0) <= 1.7976931348623157E308 THEN `candidate`.`magpsf` * 10E0 END) / 10E0 = 18.5E0
