SELECT * FROM ztf WHERE (SELECT arg_max(p.rbversion, p.jd) FROM UNNEST(prv_candidates) AS p WHERE p.rbversion NOT LIKE '%"\_' ESCAPE '\' AND p.rbversion <> 'it''s') = 't8'
---- duckdb ----
LIST_MAX(LIST_FILTER(LIST_TRANSFORM(LIST_FILTER("prv_candidates", lambda "_element": NOT ("_element"."rbversion" LIKE '%"!_' ESCAPE '!') AND "_element"."rbversion" <> 'it''s'), lambda "_element", "_place": {'by': "_element"."jd", 'place': -"_place", 'value': "_element"."rbversion"}), lambda "_element": "_element".by IS NOT NULL AND "_element".value IS NOT NULL)).value = 't8'
---- flink ----
ARRAY_EVAL('(select (and (not (like (field "rbversion") "%\"!_")) (<> (field "rbversion") "it''s")) (= (aggregate arg_max (field "rbversion") (field "jd")) "t8"))', `prv_candidates`)
