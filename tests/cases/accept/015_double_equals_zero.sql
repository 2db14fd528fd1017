SELECT * FROM ztf
WHERE candidate.ssdistnr = 0
---- duckdb ----
ABS("candidate"."ssdistnr") = 0E0
---- flink ----
ABS(`candidate`.`ssdistnr`) = 0E0
