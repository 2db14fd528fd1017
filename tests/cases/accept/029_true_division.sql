SELECT * FROM lsst
WHERE diaSource.psfFlux / diaSource.psfFluxErr >= 6
---- duckdb ----
CASE WHEN ABS("diaSource"."psfFlux" / "diaSource"."psfFluxErr") <= 1.7976931348623157E308 THEN "diaSource"."psfFlux" / "diaSource"."psfFluxErr" END >= 6E0
---- flink ----
CASE WHEN ABS(`diaSource`.`psfFlux` / `diaSource`.`psfFluxErr`) <= 1.7976931348623157E308 THEN `diaSource`.`psfFlux` / `diaSource`.`psfFluxErr` END >= 6E0
