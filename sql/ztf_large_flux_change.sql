-- name: ztf_large_flux_change
-- description: changed by more than 1.26 (g) or 3.22 (r) times the reference source's flux
-- expect: 16 of 266
-- Z19; antares-devkit highfluxchange
SELECT *
FROM   ztf
WHERE  candidate.distnr <= 1
  AND  power(10, -0.4 * (candidate.magpsf - candidate.magnr))
       > CASE candidate.fid WHEN 1 THEN 1.26 WHEN 2 THEN 3.22 END
