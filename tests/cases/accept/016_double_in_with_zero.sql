SELECT * FROM ztf
WHERE candidate.rb IN (0, 0.25, 0.5, 0.75, 1)
---- duckdb ----
ABS("candidate"."rb") = 0E0 OR "candidate"."rb" IN (0.25E0, 0.5E0, 0.75E0, 1E0)
---- flink ----
ABS(`candidate`.`rb`) = 0E0 OR `candidate`.`rb` IN (0.25E0, 0.5E0, 0.75E0, 1E0)
