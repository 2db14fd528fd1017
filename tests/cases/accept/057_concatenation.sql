SELECT * FROM ztf
WHERE objectId || '-' || CAST(candid AS VARCHAR) = 'ZTF18abc-1'
---- duckdb ----
"objectId" || '-' || CAST("candid" AS VARCHAR) = 'ZTF18abc-1'
---- flink ----
`objectId` || '-' || CAST(`candid` AS STRING) = 'ZTF18abc-1'
