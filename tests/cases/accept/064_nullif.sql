SELECT * FROM ztf
WHERE nullif(candidate.ssdistnr, -999) < 5
---- duckdb ----
CASE WHEN "candidate"."ssdistnr" = -999E0 THEN CAST(NULL AS DOUBLE) ELSE "candidate"."ssdistnr" END < 5E0
---- flink ----
CASE WHEN `candidate`.`ssdistnr` = -999E0 THEN CAST(NULL AS DOUBLE) ELSE `candidate`.`ssdistnr` END < 5E0
