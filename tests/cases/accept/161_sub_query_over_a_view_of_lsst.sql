SELECT * FROM lsst WHERE (SELECT arg_max(d.band, d.psfFlux) FROM UNNEST(detections) AS d) = 'r'
---- duckdb ----
LIST_MAX(LIST_FILTER(LIST_TRANSFORM(LIST_CONCAT(LIST_TRANSFORM("prvDiaSources", lambda "_element": {'band': "_element"."band", 'psfFlux': "_element"."psfFlux"}), CASE WHEN "diaSource" IS NOT NULL THEN [{'band': "diaSource"."band", 'psfFlux': "diaSource"."psfFlux"}] END), lambda "_element", "_place": {'by': "_element"."psfFlux", 'place': -"_place", 'value': "_element"."band"}), lambda "_element": "_element".by IS NOT NULL AND "_element".value IS NOT NULL)).value = 'r'
---- flink ----
ARRAY_EVAL('(select true (= (aggregate arg_max (field "band") (field "psfFlux")) "r") true true)', `prvDiaSources`, `diaSource`)
