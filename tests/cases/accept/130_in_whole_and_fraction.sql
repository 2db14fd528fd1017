SELECT * FROM lsst
WHERE diaSource.diaSourceId IN (0.65, 9007199254740993, 7.0)
---- duckdb ----
CAST("diaSource"."diaSourceId" AS DOUBLE) = 0.65E0 OR "diaSource"."diaSourceId" IN (7, 9007199254740993)
---- flink ----
CAST(`diaSource`.`diaSourceId` AS DOUBLE) = 0.65E0 OR `diaSource`.`diaSourceId` IN (7, 9007199254740993)
