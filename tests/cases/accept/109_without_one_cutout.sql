SELECT * EXCLUDE (cutoutTemplate) FROM ztf WHERE candidate.rb > 0.94
---- duckdb ----
"candidate"."rb" > 0.94E0
---- flink ----
`candidate`.`rb` > 0.94E0
---- sent ----
packet-without-cutouts cutoutTemplate
