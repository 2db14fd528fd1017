SELECT * FROM ztf
WHERE candidate.ssdistnr < 5 AND candidate.ssdistnr >= 0
---- duckdb ----
"candidate"."ssdistnr" < 5E0 AND "candidate"."ssdistnr" >= 0E0
---- flink ----
`candidate`.`ssdistnr` < 5E0 AND `candidate`.`ssdistnr` >= 0E0
