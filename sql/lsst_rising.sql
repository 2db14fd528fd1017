-- name: lsst_rising
-- description: above its mean flux in this band by 3 times the error of the mean
-- expect: 7 of 86
-- L11; fink-filters rubin/blocks.py b_is_rising, which asks for the error once
-- A count of 5 made elsewhere has, it seems, not the two of schema 9: 396950608281633 and
-- 396950876717104, the latter with a negative flux above a more negative mean.
SELECT *
FROM   lsst
WHERE  diaSource.psfFlux - CASE diaSource.band
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
