SELECT candid,
       candidate.magpsf - candidate.magnr AS rise,
       candidate.rb / candidate.drb AS ratio,
       gal_b(candidate.ra, candidate.dec) AS b,
       candidate.ndethist + 1 AS visits,
       candidate.isdiffpos IN ('t', '1') AS is_positive,
       CASE candidate.fid WHEN 1 THEN 'g' WHEN 2 THEN 'r' END AS band,
       received_mjd() AS received,
       1 AS one
FROM ztf WHERE candidate.rb > 0.9
---- duckdb ----
"candidate"."rb" > 0.9E0
---- flink ----
`candidate`.`rb` > 0.9E0
---- sent ----
json
candid BIGINT
  "candid"
  `candid`
rise DOUBLE
  CASE WHEN ABS("candidate"."magpsf" - "candidate"."magnr") <= 1.7976931348623157E308 THEN "candidate"."magpsf" - "candidate"."magnr" END
  CASE WHEN ABS(`candidate`.`magpsf` - `candidate`.`magnr`) <= 1.7976931348623157E308 THEN `candidate`.`magpsf` - `candidate`.`magnr` END
ratio DOUBLE
  CASE WHEN ABS("candidate"."rb" / "candidate"."drb") <= 1.7976931348623157E308 THEN "candidate"."rb" / "candidate"."drb" END
  CASE WHEN ABS(`candidate`.`rb` / `candidate`.`drb`) <= 1.7976931348623157E308 THEN `candidate`.`rb` / `candidate`.`drb` END
b DOUBLE
  ATAN2(COS("candidate"."dec" * 0.017453292519943295E0) * (COS("candidate"."ra" * 0.017453292519943295E0) * -0.8676661375596576E0 + SIN("candidate"."ra" * 0.017453292519943295E0) * -0.19807633727300053E0) + SIN("candidate"."dec" * 0.017453292519943295E0) * 0.4559838136873016E0, SQRT(POWER(COS("candidate"."dec" * 0.017453292519943295E0) * (COS("candidate"."ra" * 0.017453292519943295E0) * -0.05487565771259163E0 + SIN("candidate"."ra" * 0.017453292519943295E0) * -0.8734370519556159E0) + SIN("candidate"."dec" * 0.017453292519943295E0) * -0.48383507361671546E0, 2E0) + POWER(COS("candidate"."dec" * 0.017453292519943295E0) * (COS("candidate"."ra" * 0.017453292519943295E0) * 0.4941094371927268E0 + SIN("candidate"."ra" * 0.017453292519943295E0) * -0.4448297212232952E0) + SIN("candidate"."dec" * 0.017453292519943295E0) * 0.7469821839866676E0, 2E0))) * 57.29577951308232E0
  ATAN2(COS(`candidate`.`dec` * 0.017453292519943295E0) * (COS(`candidate`.`ra` * 0.017453292519943295E0) * -0.8676661375596576E0 + SIN(`candidate`.`ra` * 0.017453292519943295E0) * -0.19807633727300053E0) + SIN(`candidate`.`dec` * 0.017453292519943295E0) * 0.4559838136873016E0, SQRT(POWER(COS(`candidate`.`dec` * 0.017453292519943295E0) * (COS(`candidate`.`ra` * 0.017453292519943295E0) * -0.05487565771259163E0 + SIN(`candidate`.`ra` * 0.017453292519943295E0) * -0.8734370519556159E0) + SIN(`candidate`.`dec` * 0.017453292519943295E0) * -0.48383507361671546E0, 2E0) + POWER(COS(`candidate`.`dec` * 0.017453292519943295E0) * (COS(`candidate`.`ra` * 0.017453292519943295E0) * 0.4941094371927268E0 + SIN(`candidate`.`ra` * 0.017453292519943295E0) * -0.4448297212232952E0) + SIN(`candidate`.`dec` * 0.017453292519943295E0) * 0.7469821839866676E0, 2E0))) * 57.29577951308232E0
visits BIGINT
  TRY_CAST(CAST("candidate"."ndethist" AS HUGEINT) + CAST(1 AS HUGEINT) AS BIGINT)
  TRY_CAST(CAST(CAST(`candidate`.`ndethist` AS DECIMAL(19, 0)) + CAST(1 AS DECIMAL(19, 0)) AS STRING) AS BIGINT)
is_positive BOOLEAN
  "candidate"."isdiffpos" IN ('1', 't')
  `candidate`.`isdiffpos` IN ('1', 't')
band VARCHAR
  CASE WHEN "candidate"."fid" = 1 THEN 'g' WHEN "candidate"."fid" = 2 THEN 'r' END
  CASE WHEN `candidate`.`fid` = 1 THEN 'g' WHEN `candidate`.`fid` = 2 THEN 'r' END
received DOUBLE
  "received_mjd"
  `received_mjd`
one BIGINT
  CAST(1 AS BIGINT)
  CAST(1 AS BIGINT)
