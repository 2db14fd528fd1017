-- name: lsst_brighter_than_20
-- description: above 5 sigma and brighter than 20 mag
-- expect: 2 of 86
-- L12; alert_stream filters.py Filter001
SELECT *
FROM   lsst
WHERE  diaSource.snr > 5
  AND  diaSource.psfFlux > flux(20)
