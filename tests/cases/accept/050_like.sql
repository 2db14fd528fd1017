SELECT * FROM ztf
WHERE objectId LIKE 'ZTF18%'
---- duckdb ----
"objectId" LIKE 'ZTF18%'
---- flink ----
`objectId` LIKE 'ZTF18%'
