SELECT * FROM ztf
WHERE candidate.ssnamenr ILIKE '%panstarrs%'
---- duckdb ----
TRANSLATE("candidate"."ssnamenr", 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz') LIKE '%panstarrs%'
---- flink ----
TRANSLATE(`candidate`.`ssnamenr`, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz') LIKE '%panstarrs%'
