SELECT * FROM ztf WHERE ztf.candidate.rb > 0.5
---- duckdb ----
"candidate"."rb" > 0.5E0
---- flink ----
`candidate`.`rb` > 0.5E0
