-- name: lsst_bright_off_plane
-- description: as lsst_good_quality, not fainter than 21.5 mag and off the galactic plane
-- expect: 7 of 86
-- L6; fink-filters rubin/livestream/filter_hostless_candidate, without its score of the images
SELECT *
FROM   lsst
WHERE  mag(diaSource.psfFlux) <= 21.5
  AND  abs(gal_b(diaSource.ra, diaSource.dec)) > 20
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
