SELECT candidate, prv_candidates AS history, prv_candidates[1] AS first,
       (prv_candidates[1].jd), z."objectId" AS "the object"
FROM ztf AS z WHERE z.candidate.rb > 0.92
---- duckdb ----
"candidate"."rb" > 0.92E0
---- flink ----
`candidate`.`rb` > 0.92E0
---- sent ----
json
candidate STRUCT
  "candidate"
  `candidate`
history STRUCT[]
  "prv_candidates"
  `prv_candidates`
first STRUCT
  "prv_candidates"[1]
  `prv_candidates`[1]
jd DOUBLE
  "prv_candidates"[1]."jd"
  `prv_candidates`[1].`jd`
the object VARCHAR
  "objectId"
  `objectId`
