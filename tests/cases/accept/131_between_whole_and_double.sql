SELECT * FROM lsst
WHERE diaSource.diaSourceId BETWEEN 9007199254740993 AND diaSource.psfFlux
---- duckdb ----
"diaSource"."diaSourceId" >= 9007199254740993 AND CAST("diaSource"."diaSourceId" AS DOUBLE) <= "diaSource"."psfFlux"
---- flink ----
`diaSource`.`diaSourceId` >= 9007199254740993 AND CAST(`diaSource`.`diaSourceId` AS DOUBLE) <= `diaSource`.`psfFlux`
