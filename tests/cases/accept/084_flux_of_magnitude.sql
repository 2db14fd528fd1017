SELECT * FROM lsst
WHERE diaSource.psfFlux > flux(20) AND scisql_nanojanskyToAbMag(diaSource.psfFlux) > 15
---- duckdb ----
"diaSource"."psfFlux" > 36307.8054770101E0 AND CASE WHEN ABS(31.4E0 - 2.5E0 * LOG10("diaSource"."psfFlux")) <= 1.7976931348623157E308 THEN 31.4E0 - 2.5E0 * LOG10("diaSource"."psfFlux") END > 15E0
---- flink ----
`diaSource`.`psfFlux` > 36307.8054770101E0 AND CASE WHEN ABS(31.4E0 - 2.5E0 * LOG10(`diaSource`.`psfFlux`)) <= 1.7976931348623157E308 THEN 31.4E0 - 2.5E0 * LOG10(`diaSource`.`psfFlux`) END > 15E0
