-- name: lsst_faint_trails
-- description: as lsst_good_quality, and a trail longer than 2 arcsec of 18 to 21 mag
-- expect: 0 of 86
-- L7; fink-filters rubin/livestream/filter_faint_trails, without its measure of the images
SELECT *
FROM   lsst
WHERE  mag(diaSource.psfFlux) > 18 AND mag(diaSource.psfFlux) < 21
  AND  diaSource.trailLength > 2
  AND  diaSource.trailFlux > 0
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
