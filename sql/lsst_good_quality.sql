-- name: lsst_good_quality
-- description: positive, significant, and free of every flag that spoils a measurement
-- expect: 23 of 86
-- L1; fink-filters rubin/blocks.py b_good_quality
SELECT *
FROM   lsst
WHERE  diaSource.psfFlux >= 0
  AND  diaSource.psfFlux / diaSource.psfFluxErr >= 6
  AND  diaSource.isDipole IS NOT TRUE
  AND  diaSource.pixelFlags IS NOT TRUE
  AND  diaSource.pixelFlags_bad IS NOT TRUE
  AND  diaSource.pixelFlags_saturated IS NOT TRUE
  AND  diaSource.pixelFlags_streakCenter IS NOT TRUE
  AND  diaSource.pixelFlags_interpolated IS NOT TRUE
  AND  diaSource.pixelFlags_cr IS NOT TRUE
  AND  diaSource.pixelFlags_nodata IS NOT TRUE
  AND  diaSource.pixelFlags_streak IS NOT TRUE
  AND  diaSource.pixelFlags_edge IS NOT TRUE
  AND  diaSource.psfFlux_flag IS NOT TRUE
  AND  diaSource.apFlux_flag IS NOT TRUE
  AND  diaSource.forced_PsfFlux_flag IS NOT TRUE
  AND  diaSource.forced_PsfFlux_flag_edge IS NOT TRUE
  AND  diaSource.shape_flag IS NOT TRUE
  AND  diaSource.centroid_flag IS NOT TRUE
