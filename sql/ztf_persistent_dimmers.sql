-- name: ztf_persistent_dimmers
-- description: seen ten times or more, always fainter than the reference
-- expect: 8 of 266
-- Z18; antares-devkit persistent_dimmers
SELECT *
FROM   ztf
WHERE  (SELECT count(*) FROM UNNEST(detections) AS d) >= 10
  AND  (SELECT bool_and(d.isdiffpos IN ('f', '0')) FROM UNNEST(detections) AS d)
