-- name: ztf_nuclear_transients
-- description: at the centre of a galaxy, and not much fainter than it
-- expect: 13 of 266
-- Z16; antares-devkit nuclear_transient, which lets the -999 of no neighbour pass
SELECT *
FROM   ztf
WHERE  candidate.distnr < 0.6
  AND  candidate.distpsnr1 >= 0 AND candidate.distpsnr1 < 1
  AND  candidate.sgscore1 >= 0 AND candidate.sgscore1 < 0.3
  AND  candidate.magpsf - candidate.magnr < 1.5
