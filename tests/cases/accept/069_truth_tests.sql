SELECT * FROM lsst
WHERE diaSource.isDipole IS NOT TRUE AND (diaSource.snr > 5) IS TRUE AND diaSource.isNegative = FALSE
---- duckdb ----
"diaSource"."isDipole" IS NOT TRUE AND ("diaSource"."snr" > 5E0) IS TRUE AND "diaSource"."isNegative" = FALSE
---- flink ----
`diaSource`.`isDipole` IS NOT TRUE AND (`diaSource`.`snr` > 5E0) IS TRUE AND `diaSource`.`isNegative` = FALSE
