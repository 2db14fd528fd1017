SELECT * FROM ztf
WHERE candidate.ssnamenr LIKE '_!_%' ESCAPE '!' AND NOT objectId ILIKE 'ztf1_.%' AND objectId LIKE 'a!_b' ESCAPE '!'
---- duckdb ----
"candidate"."ssnamenr" LIKE '_!_%' ESCAPE '!' AND NOT (TRANSLATE("objectId", 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz') LIKE 'ztf1_.%') AND "objectId" LIKE 'a!_b' ESCAPE '!'
---- flink ----
REGEXP(`candidate`.`ssnamenr`, '^(?s:.)_(?s:.*)\z') AND NOT (REGEXP(TRANSLATE(`objectId`, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz'), '^ztf1(?s:.)\.(?s:.*)\z')) AND `objectId` LIKE 'a!_b' ESCAPE '!'
