SELECT * FROM ztf AS a
WHERE (SELECT max(p.magpsf) - min(p.magpsf) FROM UNNEST(prv_candidates) AS p
       WHERE p.fid = a.candidate.fid) BETWEEN 1 AND candidate.magpsf
  AND candidate.rb > 0.5
---- duckdb ----
LIST_TRANSFORM([LIST_FILTER("prv_candidates", lambda "_element": "_element"."fid" = "candidate"."fid")], lambda "_elements": LIST_TRANSFORM([{'a0': LIST_AGGREGATE(LIST_TRANSFORM("_elements", lambda "_element": "_element"."magpsf"), 'max'), 'a1': LIST_AGGREGATE(LIST_TRANSFORM("_elements", lambda "_element": "_element"."magpsf"), 'min')}], lambda "_found": CASE WHEN ABS("_found".a0 - "_found".a1) <= 1.7976931348623157E308 THEN "_found".a0 - "_found".a1 END)[1])[1] BETWEEN 1E0 AND "candidate"."magpsf" AND "candidate"."rb" > 0.5E0
---- flink ----
`candidate`.`rb` > 0.5E0 AND ARRAY_EVAL('(select (= (field "fid") (outer 0)) (between (finite (subtract (aggregate max (field "magpsf")) (aggregate min (field "magpsf")))) 1E0 (outer 1)))', `prv_candidates`, `candidate`.`fid`, `candidate`.`magpsf`)
