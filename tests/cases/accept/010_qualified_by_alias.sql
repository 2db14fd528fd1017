SELECT * FROM ztf AS z WHERE z.candidate.rb > 0.5
---- duckdb ----
"candidate"."rb" > 0.5E0
---- flink ----
`candidate`.`rb` > 0.5E0
