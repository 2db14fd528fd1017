-- name: ztf_galactic_plane
-- description: within 10 degrees of the galactic plane
-- expect: 38 of 266
-- Z26; the complement of the usual cut at 10 degrees
SELECT *
FROM   ztf
WHERE  abs(gal_b(candidate.ra, candidate.dec)) <= 10
