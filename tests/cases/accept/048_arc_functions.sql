SELECT * FROM ztf
WHERE asin(candidate.rb) > 0.7 AND acos(candidate.rb) < 1 AND atan(candidate.magdiff) > 0
---- duckdb ----
CASE WHEN ABS(ASIN("candidate"."rb")) <= 1.7976931348623157E308 THEN ASIN("candidate"."rb") END > 0.7E0 AND CASE WHEN ABS(ACOS("candidate"."rb")) <= 1.7976931348623157E308 THEN ACOS("candidate"."rb") END < 1E0 AND ATAN("candidate"."magdiff") > 0E0
---- flink ----
CASE WHEN ABS(ASIN(`candidate`.`rb`)) <= 1.7976931348623157E308 THEN ASIN(`candidate`.`rb`) END > 0.7E0 AND CASE WHEN ABS(ACOS(`candidate`.`rb`)) <= 1.7976931348623157E308 THEN ACOS(`candidate`.`rb`) END < 1E0 AND ATAN(`candidate`.`magdiff`) > 0E0
