-- format: JSON
SELECT objectId FROM ztf WHERE candidate.rb > 0.93
---- duckdb ----
"candidate"."rb" > 0.93E0
---- flink ----
`candidate`.`rb` > 0.93E0
---- sent ----
json
objectId VARCHAR
  "objectId"
  `objectId`
