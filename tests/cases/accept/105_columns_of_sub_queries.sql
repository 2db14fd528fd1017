SELECT objectId,
       (SELECT count(*) FROM UNNEST(prv_candidates) AS p WHERE p.magpsf IS NOT NULL) AS detections,
       (SELECT max(p.magpsf) - min(p.magpsf) FROM UNNEST(prv_candidates) AS p) AS amplitude,
       EXISTS (SELECT 1 FROM UNNEST(prv_candidates) AS p WHERE p.fid = candidate.fid) AS was_seen
FROM ztf WHERE candidate.rb > 0.91
---- duckdb ----
"candidate"."rb" > 0.91E0
---- flink ----
`candidate`.`rb` > 0.91E0
---- sent ----
json
objectId VARCHAR
  "objectId"
  `objectId`
detections BIGINT
  COALESCE(LEN(LIST_FILTER("prv_candidates", lambda "_element": "_element"."magpsf" IS NOT NULL)), 0)
  ARRAY_EVAL('(select (is-not-null (field "magpsf")) (aggregate count))', `prv_candidates`)
amplitude DOUBLE
  LIST_TRANSFORM([{'a0': LIST_AGGREGATE(LIST_TRANSFORM("prv_candidates", lambda "_element": "_element"."magpsf"), 'max'), 'a1': LIST_AGGREGATE(LIST_TRANSFORM("prv_candidates", lambda "_element": "_element"."magpsf"), 'min')}], lambda "_found": CASE WHEN ABS("_found".a0 - "_found".a1) <= 1.7976931348623157E308 THEN "_found".a0 - "_found".a1 END)[1]
  ARRAY_EVAL('(select true (finite (subtract (aggregate max (field "magpsf")) (aggregate min (field "magpsf")))))', `prv_candidates`)
was_seen BOOLEAN
  COALESCE(LEN(LIST_FILTER("prv_candidates", lambda "_element": "_element"."fid" = "candidate"."fid")) > 0, FALSE)
  ARRAY_EVAL('(select (= (field "fid") (outer 0)) (aggregate exists))', `prv_candidates`, `candidate`.`fid`)
