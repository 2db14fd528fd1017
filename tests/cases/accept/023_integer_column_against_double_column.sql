SELECT * FROM ztf
WHERE candidate.ndethist > candidate.rb
---- duckdb ----
CAST("candidate"."ndethist" AS DOUBLE) > "candidate"."rb"
---- flink ----
CAST(`candidate`.`ndethist` AS DOUBLE) > `candidate`.`rb`
