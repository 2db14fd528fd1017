-- name: lsst_bright_in_g
-- description: brighter than 200,000 nJy (18.1 mag) in g
-- expect: 0 of 86
-- L16; lasair-lsst docs make_filter.md
SELECT *
FROM   lsst
WHERE  diaSource.band = 'g'
  AND  diaSource.psfFlux > 200000
