SELECT * FROM ztf
WHERE candidate.distnr <= 1 AND power(10, -0.4 * (candidate.magpsf - candidate.magnr)) > 1.26
---- duckdb ----
"candidate"."distnr" <= 1E0 AND CASE WHEN ABS(POWER(10E0, CASE WHEN ABS(-0.4E0 * ("candidate"."magpsf" - "candidate"."magnr")) <= 1.7976931348623157E308 THEN -0.4E0 * ("candidate"."magpsf" - "candidate"."magnr") END)) <= 1.7976931348623157E308 THEN POWER(10E0, CASE WHEN ABS(-0.4E0 * ("candidate"."magpsf" - "candidate"."magnr")) <= 1.7976931348623157E308 THEN -0.4E0 * ("candidate"."magpsf" - "candidate"."magnr") END) END > 1.26E0
---- flink ----
`candidate`.`distnr` <= 1E0 AND CASE WHEN ABS(POWER(10E0, CASE WHEN ABS(-0.4E0 * (`candidate`.`magpsf` - `candidate`.`magnr`)) <= 1.7976931348623157E308 THEN -0.4E0 * (`candidate`.`magpsf` - `candidate`.`magnr`) END)) <= 1.7976931348623157E308 THEN POWER(10E0, CASE WHEN ABS(-0.4E0 * (`candidate`.`magpsf` - `candidate`.`magnr`)) <= 1.7976931348623157E308 THEN -0.4E0 * (`candidate`.`magpsf` - `candidate`.`magnr`) END) END > 1.26E0
