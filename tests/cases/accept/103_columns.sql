SELECT objectId, candidate.ra AS ra, candidate.dec AS dec, candidate.jd FROM ztf
WHERE candidate.rb > 0.9
---- duckdb ----
"candidate"."rb" > 0.9E0
---- flink ----
`candidate`.`rb` > 0.9E0
---- sent ----
json
objectId VARCHAR
  "objectId"
  `objectId`
ra DOUBLE
  "candidate"."ra"
  `candidate`.`ra`
dec DOUBLE
  "candidate"."dec"
  `candidate`.`dec`
jd DOUBLE
  "candidate"."jd"
  `candidate`.`jd`
