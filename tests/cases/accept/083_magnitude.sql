SELECT * FROM lsst
WHERE mag(diaSource.psfFlux) < 20 AND magerr(diaSource.psfFlux, diaSource.psfFluxErr) < 0.1
---- duckdb ----
CASE WHEN ABS(31.4E0 - 2.5E0 * LOG10("diaSource"."psfFlux")) <= 1.7976931348623157E308 THEN 31.4E0 - 2.5E0 * LOG10("diaSource"."psfFlux") END < 20E0 AND CASE WHEN "diaSource"."psfFlux" > 0E0 THEN CASE WHEN ABS(1.0857362047581294E0 * ("diaSource"."psfFluxErr" / "diaSource"."psfFlux")) <= 1.7976931348623157E308 THEN 1.0857362047581294E0 * ("diaSource"."psfFluxErr" / "diaSource"."psfFlux") END END < 0.1E0
---- flink ----
CASE WHEN ABS(31.4E0 - 2.5E0 * LOG10(`diaSource`.`psfFlux`)) <= 1.7976931348623157E308 THEN 31.4E0 - 2.5E0 * LOG10(`diaSource`.`psfFlux`) END < 20E0 AND CASE WHEN `diaSource`.`psfFlux` > 0E0 THEN CASE WHEN ABS(1.0857362047581294E0 * (`diaSource`.`psfFluxErr` / `diaSource`.`psfFlux`)) <= 1.7976931348623157E308 THEN 1.0857362047581294E0 * (`diaSource`.`psfFluxErr` / `diaSource`.`psfFlux`) END END < 0.1E0
