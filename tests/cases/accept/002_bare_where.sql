WHERE candidate.rb > 0.65
---- duckdb ----
"candidate"."rb" > 0.65E0
---- flink ----
`candidate`.`rb` > 0.65E0
