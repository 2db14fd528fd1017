-- name: good_quality
-- expect: 23 of 86
SELECT *
FROM   lsst
WHERE  NOT (diaSource.isDipole OR diaSource.pixelFlags OR diaSource.pixelFlags_bad
            OR diaSource.psfFlux_flag OR diaSource.centroid_flag)
  AND  diaSource.psfFlux >= 0
  AND  diaSource.psfFlux / diaSource.psfFluxErr >= 6
---- duckdb ----
NOT ("diaSource"."isDipole" OR "diaSource"."pixelFlags" OR "diaSource"."pixelFlags_bad" OR "diaSource"."psfFlux_flag" OR "diaSource"."centroid_flag") AND "diaSource"."psfFlux" >= 0E0 AND CASE WHEN ABS("diaSource"."psfFlux" / "diaSource"."psfFluxErr") <= 1.7976931348623157E308 THEN "diaSource"."psfFlux" / "diaSource"."psfFluxErr" END >= 6E0
---- flink ----
NOT (`diaSource`.`isDipole` OR `diaSource`.`pixelFlags` OR `diaSource`.`pixelFlags_bad` OR `diaSource`.`psfFlux_flag` OR `diaSource`.`centroid_flag`) AND `diaSource`.`psfFlux` >= 0E0 AND CASE WHEN ABS(`diaSource`.`psfFlux` / `diaSource`.`psfFluxErr`) <= 1.7976931348623157E308 THEN `diaSource`.`psfFlux` / `diaSource`.`psfFluxErr` END >= 6E0
