SELECT * FROM ztf
WHERE candidate.rb NOT IN (0.25, 0.5)
---- duckdb ----
NOT ("candidate"."rb" IN (0.25E0, 0.5E0))
---- flink ----
NOT (`candidate`.`rb` IN (0.25E0, 0.5E0))
