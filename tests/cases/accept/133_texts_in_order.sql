SELECT * FROM ztf
WHERE objectId >= 'ZTF18' AND candidate.ssnamenr BETWEEN 'a' AND 'b'
  AND greatest(objectId, candidate.ssnamenr) = objectId AND 'ZTF' < substring(objectId, 1, 5)
---- duckdb ----
"objectId" >= 'ZTF18' AND "candidate"."ssnamenr" BETWEEN 'a' AND 'b' AND CASE WHEN "objectId" IS NOT NULL AND "candidate"."ssnamenr" IS NOT NULL THEN GREATEST("objectId", "candidate"."ssnamenr") END = "objectId" AND 'ZTF' < SUBSTRING("objectId", 1, 5)
---- flink ----
SUBSTRING(`objectId`, 1) >= 'ZTF18' AND SUBSTRING(`candidate`.`ssnamenr`, 1) BETWEEN 'a' AND 'b' AND GREATEST(SUBSTRING(`objectId`, 1), SUBSTRING(`candidate`.`ssnamenr`, 1)) = `objectId` AND 'ZTF' < SUBSTRING(`objectId`, 1, 5)
