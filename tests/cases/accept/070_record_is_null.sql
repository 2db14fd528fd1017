SELECT * FROM lsst
WHERE diaObject IS NULL AND ssSource IS NOT NULL
---- duckdb ----
"diaObject" IS NULL AND "ssSource" IS NOT NULL
---- flink ----
`diaObject` IS NULL AND `ssSource` IS NOT NULL
