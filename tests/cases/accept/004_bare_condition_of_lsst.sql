diaSource.reliability >= 0.6 AND NOT diaSource.isDipole
---- duckdb ----
"diaSource"."reliability" >= 0.6E0 AND NOT ("diaSource"."isDipole")
---- flink ----
`diaSource`.`reliability` >= 0.6E0 AND NOT (`diaSource`.`isDipole`)
