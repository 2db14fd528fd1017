SELECT * FROM ztf
WHERE starts_with(objectId, 'ZTF') AND ends_with(objectId, 'a') AND contains(candidate.ssnamenr, 'P/')
---- duckdb ----
STARTS_WITH("objectId", 'ZTF') AND ENDS_WITH("objectId", 'a') AND CONTAINS("candidate"."ssnamenr", 'P/')
---- flink ----
STARTSWITH(`objectId`, 'ZTF') AND ENDSWITH(`objectId`, 'a') AND INSTR(`candidate`.`ssnamenr`, 'P/') > 0
