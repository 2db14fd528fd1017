SELECT *
FROM ztf
WHERE EXISTS (SELECT 1 FROM UNNEST(prv_candidates) AS p WHERE p.ssdistnr < 5 AND p.rb > 0.5)
---- duckdb ----
COALESCE(LEN(LIST_FILTER("prv_candidates", lambda "_element": "_element"."ssdistnr" < 5E0 AND "_element"."rb" > 0.5E0)) > 0, FALSE)
---- flink ----
ARRAY_EVAL('(select (and (< (field "ssdistnr") 5E0) (> (field "rb") 0.5E0)) (aggregate exists))', `prv_candidates`)
---- warnings ----
warning[sentinel]: this passes where p.ssdistnr is -999, which stands for nothing there
  --> sentinel_in_a_sub_query.sql:3:63
  3 | WHERE EXISTS (SELECT 1 FROM UNNEST(prv_candidates) AS p WHERE p.ssdistnr < 5 AND p.rb > 0.5)
                                                                    ^^^^^^^^^^^^^^
  help: add AND p.ssdistnr >= 0
