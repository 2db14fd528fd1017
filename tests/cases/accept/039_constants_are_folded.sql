SELECT * FROM ztf
WHERE candidate.magpsf < 31.4 - 2.5 * log10(power(10, 4.5)) AND 1 + 1 = 2
---- duckdb ----
"candidate"."magpsf" < 20.15E0
---- flink ----
`candidate`.`magpsf` < 20.15E0
