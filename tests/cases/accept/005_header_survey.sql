-- survey: lsst
-- description: everything with a solar-system match
diaSource.ssObjectId <> 0
---- duckdb ----
"diaSource"."ssObjectId" <> 0
---- flink ----
`diaSource`.`ssObjectId` <> 0
