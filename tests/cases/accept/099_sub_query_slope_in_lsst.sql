SELECT * FROM lsst WHERE (SELECT regr_slope(s.psfFlux, s.midpointMjdTai) FROM UNNEST(prvDiaSources) AS s WHERE s.band = 'r') IN (1, 2.5)
---- duckdb ----
LIST_TRANSFORM([{'a0': (SELECT REGR_SLOPE("_element"."psfFlux", "_element"."midpointMjdTai") FROM UNNEST(LIST_FILTER("prvDiaSources", lambda "_element": "_element"."band" = 'r')) AS "_element")}], lambda "_found": CASE WHEN ABS("_found".a0) <= 1.7976931348623157E308 THEN "_found".a0 END)[1] IN (1E0, 2.5E0)
---- flink ----
ARRAY_EVAL('(select (= (field "band") "r") (in (finite (aggregate regr_slope (field "psfFlux") (field "midpointMjdTai"))) 1E0 2.5E0))', `prvDiaSources`)
