-- name: ztf_no_bad_detections
-- description: not known to be bad; what a packet does not say is no reason to drop it
-- expect: 157 of 266
-- Z3; antares-devkit bad_detection and bad_seeing
SELECT *
FROM   ztf
WHERE  (candidate.rb IS NULL OR candidate.rb >= 0.55)
  AND  (candidate.nbad IS NULL OR candidate.nbad = 0)
  AND  (candidate.magdiff IS NULL OR candidate.magdiff BETWEEN -1 AND 1)
  AND  (candidate.fwhm IS NULL OR candidate.fwhm <= 5)
  AND  (candidate.elong IS NULL OR candidate.elong <= 1.2)
