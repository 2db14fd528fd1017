-- name: lsst_reliable
-- description: likely real, above 5 sigma and not fainter than 21 mag
-- expect: 6 of 86
-- L4; boom data/filters/lsst.json, its 18.5 mag made 21
SELECT *
FROM   lsst
WHERE  diaSource.reliability > 0.8
  AND  diaSource.snr > 5
  AND  mag(diaSource.psfFlux) <= 21
