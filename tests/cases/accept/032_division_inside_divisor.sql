SELECT * FROM ztf
WHERE candidate.rb / (candidate.drb / candidate.fwhm) > 0.1
---- duckdb ----
CASE WHEN ABS("candidate"."rb" / CASE WHEN ABS("candidate"."drb" / "candidate"."fwhm") <= 1.7976931348623157E308 THEN "candidate"."drb" / "candidate"."fwhm" END) <= 1.7976931348623157E308 THEN "candidate"."rb" / CASE WHEN ABS("candidate"."drb" / "candidate"."fwhm") <= 1.7976931348623157E308 THEN "candidate"."drb" / "candidate"."fwhm" END END > 0.1E0
---- flink ----
CASE WHEN ABS(`candidate`.`rb` / CASE WHEN ABS(`candidate`.`drb` / `candidate`.`fwhm`) <= 1.7976931348623157E308 THEN `candidate`.`drb` / `candidate`.`fwhm` END) <= 1.7976931348623157E308 THEN `candidate`.`rb` / CASE WHEN ABS(`candidate`.`drb` / `candidate`.`fwhm`) <= 1.7976931348623157E308 THEN `candidate`.`drb` / `candidate`.`fwhm` END END > 0.1E0
