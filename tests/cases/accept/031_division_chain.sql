SELECT * FROM ztf
WHERE candidate.rb / candidate.drb / candidate.fwhm / candidate.elong > 0.1
---- duckdb ----
CASE WHEN ABS((("candidate"."rb" / "candidate"."drb") / "candidate"."fwhm") / "candidate"."elong") <= 1.7976931348623157E308 THEN (("candidate"."rb" / "candidate"."drb") / "candidate"."fwhm") / "candidate"."elong" END > 0.1E0
---- flink ----
CASE WHEN ABS(((`candidate`.`rb` / `candidate`.`drb`) / `candidate`.`fwhm`) / `candidate`.`elong`) <= 1.7976931348623157E308 THEN ((`candidate`.`rb` / `candidate`.`drb`) / `candidate`.`fwhm`) / `candidate`.`elong` END > 0.1E0
