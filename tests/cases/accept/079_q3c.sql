SELECT * FROM ztf
WHERE q3c_radial_query(candidate.ra, candidate.dec, 35.57, -4.82, 1.75)
---- duckdb ----
POWER(SIN((("candidate"."dec" - -4.82E0) / 2E0) * 0.017453292519943295E0), 2E0) + (COS("candidate"."dec" * 0.017453292519943295E0) * 0.996463589462739E0) * POWER(SIN((("candidate"."ra" - 35.57E0) / 2E0) * 0.017453292519943295E0), 2E0) <= 0.00023320458164352781E0
---- flink ----
POWER(SIN(((`candidate`.`dec` - -4.82E0) / 2E0) * 0.017453292519943295E0), 2E0) + (COS(`candidate`.`dec` * 0.017453292519943295E0) * 0.996463589462739E0) * POWER(SIN(((`candidate`.`ra` - 35.57E0) / 2E0) * 0.017453292519943295E0), 2E0) <= 0.00023320458164352781E0
