SELECT * FROM ztf
WHERE substring(objectId FROM 4 FOR 2) = '18' OR upper(substr(objectId, 6)) = 'ABC'
---- duckdb ----
SUBSTRING("objectId", 4, 2) = '18' OR TRANSLATE(SUBSTRING("objectId", 6), 'abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ') = 'ABC'
---- flink ----
SUBSTRING(`objectId`, 4, 2) = '18' OR TRANSLATE(SUBSTRING(`objectId`, 6), 'abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ') = 'ABC'
