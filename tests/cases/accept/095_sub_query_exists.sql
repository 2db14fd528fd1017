SELECT * FROM ztf
WHERE candidate.drb > 0.9
  AND EXISTS (SELECT 1 FROM UNNEST(prv_candidates) AS p
              WHERE p.fid = candidate.fid
                AND p.magpsf - candidate.magpsf > 0.3 * (candidate.jd - p.jd))
---- duckdb ----
"candidate"."drb" > 0.9E0 AND COALESCE(LEN(LIST_FILTER("prv_candidates", lambda "_element": "_element"."fid" = "candidate"."fid" AND CASE WHEN ABS("_element"."magpsf" - "candidate"."magpsf") <= 1.7976931348623157E308 THEN "_element"."magpsf" - "candidate"."magpsf" END > CASE WHEN ABS(0.3E0 * ("candidate"."jd" - "_element"."jd")) <= 1.7976931348623157E308 THEN 0.3E0 * ("candidate"."jd" - "_element"."jd") END)) > 0, FALSE)
---- flink ----
`candidate`.`drb` > 0.9E0 AND ARRAY_EVAL('(select (and (= (field "fid") (outer 0)) (> (finite (subtract (field "magpsf") (outer 1))) (finite (multiply 0.3E0 (subtract (outer 2) (field "jd")))))) (aggregate exists))', `prv_candidates`, `candidate`.`fid`, `candidate`.`magpsf`, `candidate`.`jd`)
