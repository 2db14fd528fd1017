-- name: lsst_rising_bright
-- description: as lsst_rising, brighter than 20 mag, seen five times or more, over more than a day
-- expect: 0 of 86
-- L11; fink-filters rubin/livestream/filter_extragalactic_lt20mag_candidate, without its catalogues
-- Two alerts of the sample are brighter than 20 mag: one is of no object, one below its mean.
SELECT *
FROM   lsst
WHERE  mag(diaSource.psfFlux) < 20
  AND  diaObject.nDiaSources > 4
  AND  diaSource.midpointMjdTai
       - (SELECT min(p.midpointMjdTai) FROM UNNEST(prvDiaSources) AS p) > 1
  AND  diaSource.psfFlux - CASE diaSource.band
           WHEN 'u' THEN diaObject.u_psfFluxMean
           WHEN 'g' THEN diaObject.g_psfFluxMean
           WHEN 'r' THEN diaObject.r_psfFluxMean
           WHEN 'i' THEN diaObject.i_psfFluxMean
           WHEN 'z' THEN diaObject.z_psfFluxMean
           WHEN 'y' THEN diaObject.y_psfFluxMean
       END > 3 * CASE diaSource.band
           WHEN 'u' THEN diaObject.u_psfFluxMeanErr
           WHEN 'g' THEN diaObject.g_psfFluxMeanErr
           WHEN 'r' THEN diaObject.r_psfFluxMeanErr
           WHEN 'i' THEN diaObject.i_psfFluxMeanErr
           WHEN 'z' THEN diaObject.z_psfFluxMeanErr
           WHEN 'y' THEN diaObject.y_psfFluxMeanErr
       END
