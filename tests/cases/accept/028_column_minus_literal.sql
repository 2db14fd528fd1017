SELECT * FROM ztf
WHERE candidate.jd - 2459000.5 > 0
---- duckdb ----
"candidate"."jd" - 2459000.5E0 > 0E0
---- flink ----
`candidate`.`jd` - 2459000.5E0 > 0E0
