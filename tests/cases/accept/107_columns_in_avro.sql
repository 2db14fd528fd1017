-- format: avro
-- survey: lsst
SELECT diaSourceId, diaSource.midpointMjdTai AS mjd, mag(diaSource.psfFlux) AS mag, diaObject AS object
FROM lsst WHERE diaSource.psfFlux > 1000
---- duckdb ----
"diaSource"."psfFlux" > 1000E0
---- flink ----
`diaSource`.`psfFlux` > 1000E0
---- sent ----
avro
diaSourceId BIGINT
  "diaSourceId"
  `diaSourceId`
mjd DOUBLE
  "diaSource"."midpointMjdTai"
  `diaSource`.`midpointMjdTai`
mag DOUBLE
  CASE WHEN ABS(31.4E0 - 2.5E0 * LOG10("diaSource"."psfFlux")) <= 1.7976931348623157E308 THEN 31.4E0 - 2.5E0 * LOG10("diaSource"."psfFlux") END
  CASE WHEN ABS(31.4E0 - 2.5E0 * LOG10(`diaSource`.`psfFlux`)) <= 1.7976931348623157E308 THEN 31.4E0 - 2.5E0 * LOG10(`diaSource`.`psfFlux`) END
object STRUCT
  "diaObject"
  `diaObject`
