-- name: lsst_bright
-- description: likely real, above 5 sigma and not fainter than 18.5 mag
-- expect: 0 of 86
-- L4; boom data/filters/lsst.json
SELECT *
FROM   lsst
WHERE  diaSource.reliability > 0.8
  AND  diaSource.snr > 5
  AND  mag(diaSource.psfFlux) <= 18.5
