FROM ztf SELECT objectId AS objectid, candid WHERE candidate.rb > 0.96
---- duckdb ----
"candidate"."rb" > 0.96E0
---- flink ----
`candidate`.`rb` > 0.96E0
---- sent ----
json
objectid VARCHAR
  "objectId"
  `objectId`
candid BIGINT
  "candid"
  `candid`
