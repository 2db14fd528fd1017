-- name: lsst_rising
-- description: above its mean flux in this band by 3 times the error of the mean
-- expect: 7 of 86
-- L11; fink-filters rubin/blocks.py b_is_rising, which asks for the error once
-- The list has 5, all of schema 10, and asks for a difference above 0, which 3 errors are. Two of
-- schema 9 pass as well: 396950608281633 (211.9 - 96.0 > 3 * 22.0, in nJy) and 396950876717104
-- (-280.4 + 525.7 > 3 * 59.2).
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
