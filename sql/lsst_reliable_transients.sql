-- name: lsst_reliable_transients
-- description: likely real, no solar-system object, free of the worst flags
-- expect: 12 of 86
-- L2; antares-devkit lsst_transient_quality_scimma
SELECT *
FROM   lsst
WHERE  diaSource.reliability >= 0.6
  AND  (diaSource.ssObjectId IS NULL OR diaSource.ssObjectId = 0)
  AND  diaSource.psfFlux_flag IS NOT TRUE
  AND  diaSource.centroid_flag IS NOT TRUE
  AND  diaSource.shape_flag IS NOT TRUE
  AND  diaSource.isDipole IS NOT TRUE
  AND  diaSource.pixelFlags_saturated IS NOT TRUE
  AND  diaSource.pixelFlags_edge IS NOT TRUE
  AND  diaSource.pixelFlags_cr IS NOT TRUE
  AND  diaSource.pixelFlags_streak IS NOT TRUE
