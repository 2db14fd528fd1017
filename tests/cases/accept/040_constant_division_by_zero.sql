SELECT * FROM ztf
WHERE candidate.rb > 1 / 0 OR candidate.rb > 0.5
---- duckdb ----
CAST(NULL AS BOOLEAN) OR "candidate"."rb" > 0.5E0
---- flink ----
CAST(NULL AS BOOLEAN) OR `candidate`.`rb` > 0.5E0
