SELECT * FROM ztf
WHERE sin(radians(candidate.dec)) > 0.5 AND degrees(atan2(candidate.dec, candidate.ra)) < 45
---- duckdb ----
SIN("candidate"."dec" * 0.017453292519943295E0) > 0.5E0 AND ATAN2(CASE WHEN "candidate"."dec" <> 0E0 THEN "candidate"."dec" WHEN "candidate"."dec" = 0E0 THEN 0E0 END, CASE WHEN "candidate"."ra" <> 0E0 THEN "candidate"."ra" WHEN "candidate"."ra" = 0E0 THEN 0E0 END) * 57.29577951308232E0 < 45E0
---- flink ----
SIN(`candidate`.`dec` * 0.017453292519943295E0) > 0.5E0 AND ATAN2(CASE WHEN `candidate`.`dec` <> 0E0 THEN `candidate`.`dec` WHEN `candidate`.`dec` = 0E0 THEN 0E0 END, CASE WHEN `candidate`.`ra` <> 0E0 THEN `candidate`.`ra` WHEN `candidate`.`ra` = 0E0 THEN 0E0 END) * 57.29577951308232E0 < 45E0
