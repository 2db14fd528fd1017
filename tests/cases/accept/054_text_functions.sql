SELECT * FROM ztf
WHERE lower(candidate.ssnamenr) = 'ceres' AND length(objectId) = 12 AND substring(objectId, 4, 2) = '18'
---- duckdb ----
TRANSLATE("candidate"."ssnamenr", 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz') = 'ceres' AND LENGTH("objectId") = 12 AND SUBSTRING("objectId", 4, 2) = '18'
---- flink ----
TRANSLATE(`candidate`.`ssnamenr`, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz') = 'ceres' AND CAST(CHAR_LENGTH(`objectId`) AS BIGINT) = 12 AND SUBSTRING(`objectId`, 4, 2) = '18'
