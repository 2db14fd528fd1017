-- name: ztf_bright_northern_box
-- description: brighter than 17 mag in a box on the northern sky
-- expect: 0 of 266
-- Z22; antares-devkit siena_mag_coord_cut
SELECT *
FROM   ztf
WHERE  candidate.magpsf < 17
  AND  candidate.ra > 75 AND candidate.ra < 180
  AND  candidate.dec > 0 AND candidate.dec < 90
