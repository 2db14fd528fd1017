SELECT * FROM ztf
WHERE candidate.magpsf - candidate.magnr < 1.5 AND candidate.magnr > 0
---- duckdb ----
CASE WHEN ABS("candidate"."magpsf" - "candidate"."magnr") <= 1.7976931348623157E308 THEN "candidate"."magpsf" - "candidate"."magnr" END < 1.5E0 AND "candidate"."magnr" > 0E0
---- flink ----
CASE WHEN ABS(`candidate`.`magpsf` - `candidate`.`magnr`) <= 1.7976931348623157E308 THEN `candidate`.`magpsf` - `candidate`.`magnr` END < 1.5E0 AND `candidate`.`magnr` > 0E0
