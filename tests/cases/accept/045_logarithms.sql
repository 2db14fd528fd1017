SELECT * FROM ztf
WHERE ln(candidate.fwhm) > 0.5 AND log2(candidate.fwhm) < 2 AND log10(candidate.fwhm) < 1 AND log(3, candidate.fwhm) > 0
---- duckdb ----
CASE WHEN ABS(LN("candidate"."fwhm")) <= 1.7976931348623157E308 THEN LN("candidate"."fwhm") END > 0.5E0 AND CASE WHEN ABS(LOG2("candidate"."fwhm")) <= 1.7976931348623157E308 THEN LOG2("candidate"."fwhm") END < 2E0 AND CASE WHEN ABS(LOG10("candidate"."fwhm")) <= 1.7976931348623157E308 THEN LOG10("candidate"."fwhm") END < 1E0 AND CASE WHEN ABS(LN("candidate"."fwhm") / 1.0986122886681098E0) <= 1.7976931348623157E308 THEN LN("candidate"."fwhm") / 1.0986122886681098E0 END > 0E0
---- flink ----
CASE WHEN ABS(LN(`candidate`.`fwhm`)) <= 1.7976931348623157E308 THEN LN(`candidate`.`fwhm`) END > 0.5E0 AND CASE WHEN ABS(LOG2(`candidate`.`fwhm`)) <= 1.7976931348623157E308 THEN LOG2(`candidate`.`fwhm`) END < 2E0 AND CASE WHEN ABS(LOG10(`candidate`.`fwhm`)) <= 1.7976931348623157E308 THEN LOG10(`candidate`.`fwhm`) END < 1E0 AND CASE WHEN ABS(LN(`candidate`.`fwhm`) / 1.0986122886681098E0) <= 1.7976931348623157E308 THEN LN(`candidate`.`fwhm`) / 1.0986122886681098E0 END > 0E0
