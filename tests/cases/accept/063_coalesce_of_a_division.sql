SELECT * FROM ztf
WHERE coalesce(candidate.rb / candidate.fwhm, 0) >= 0
---- duckdb ----
COALESCE(CASE WHEN ABS("candidate"."rb" / "candidate"."fwhm") <= 1.7976931348623157E308 THEN "candidate"."rb" / "candidate"."fwhm" END, 0E0) >= 0E0
---- flink ----
COALESCE(CASE WHEN ABS(`candidate`.`rb` / `candidate`.`fwhm`) <= 1.7976931348623157E308 THEN `candidate`.`rb` / `candidate`.`fwhm` END, 0E0) >= 0E0
