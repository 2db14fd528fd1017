SELECT * FROM ztf
WHERE cone(candidate.ra, candidate.dec, 150.11, 2.23, 3600)
---- duckdb ----
POWER(SIN((("candidate"."dec" - 2.23E0) / 2E0) * 0.017453292519943295E0), 2E0) + (COS("candidate"."dec" * 0.017453292519943295E0) * 0.9992426796249055E0) * POWER(SIN((("candidate"."ra" - 150.11E0) / 2E0) * 0.017453292519943295E0), 2E0) <= 7.615242180438042E-5
---- flink ----
POWER(SIN(((`candidate`.`dec` - 2.23E0) / 2E0) * 0.017453292519943295E0), 2E0) + (COS(`candidate`.`dec` * 0.017453292519943295E0) * 0.9992426796249055E0) * POWER(SIN(((`candidate`.`ra` - 150.11E0) / 2E0) * 0.017453292519943295E0), 2E0) <= 7.615242180438042E-5
