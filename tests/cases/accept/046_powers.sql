SELECT * FROM ztf
WHERE sqrt(candidate.fwhm) < 2 AND pow(candidate.fwhm, 2) < 9 AND exp(-candidate.sigmapsf) > 0.9
---- duckdb ----
CASE WHEN ABS(SQRT("candidate"."fwhm")) <= 1.7976931348623157E308 THEN SQRT("candidate"."fwhm") END < 2E0 AND CASE WHEN ABS(POWER("candidate"."fwhm", 2E0)) <= 1.7976931348623157E308 THEN POWER("candidate"."fwhm", 2E0) END < 9E0 AND CASE WHEN ABS(EXP(-"candidate"."sigmapsf")) <= 1.7976931348623157E308 THEN EXP(-"candidate"."sigmapsf") END > 0.9E0
---- flink ----
CASE WHEN ABS(SQRT(`candidate`.`fwhm`)) <= 1.7976931348623157E308 THEN SQRT(`candidate`.`fwhm`) END < 2E0 AND CASE WHEN ABS(POWER(`candidate`.`fwhm`, 2E0)) <= 1.7976931348623157E308 THEN POWER(`candidate`.`fwhm`, 2E0) END < 9E0 AND CASE WHEN ABS(EXP(-`candidate`.`sigmapsf`)) <= 1.7976931348623157E308 THEN EXP(-`candidate`.`sigmapsf`) END > 0.9E0
