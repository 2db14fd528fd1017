-- name: ztf_variable_off_plane
-- description: brighter than 20 mag, varied by more than half a magnitude, off the plane
-- expect: 107 of 266
-- Z24; lasair-lsst docs/source/more_info/porting_from_ztf.md, without its Sherlock class
SELECT *
FROM   ztf
WHERE  candidate.magpsf < 20
  AND  abs(gal_b(candidate.ra, candidate.dec)) > 20
  AND  (SELECT max(d.magpsf) - min(d.magpsf) FROM UNNEST(detections) AS d) > 0.5
