-- name: ztf_large_amplitude
-- description: varied by more than a magnitude in this filter within 30 days
-- expect: 78 of 266
-- Z17; antares-devkit highamp, whose measure is a weighted standard deviation of more than 0.5 mag
SELECT *
FROM   ztf
WHERE  (SELECT max(d.magpsf) - min(d.magpsf) FROM UNNEST(detections) AS d
        WHERE d.fid = candidate.fid) > 1
