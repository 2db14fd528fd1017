SELECT * FROM ztf
WHERE received_mjd() - jd_to_mjd(candidate.jd) < 0.02
---- duckdb ----
CASE WHEN ABS("received_mjd" - ("candidate"."jd" - 2400000.5E0)) <= 1.7976931348623157E308 THEN "received_mjd" - ("candidate"."jd" - 2400000.5E0) END < 0.02E0
---- flink ----
CASE WHEN ABS(`received_mjd` - (`candidate`.`jd` - 2400000.5E0)) <= 1.7976931348623157E308 THEN `received_mjd` - (`candidate`.`jd` - 2400000.5E0) END < 0.02E0
