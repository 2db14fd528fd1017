-- name: ztf_infant_transients
-- description: new: an upper limit within 5 days, and no detection from then to 6 hours ago
-- expect: 55 of 266
-- Z10; Ampel-HU-astro t0/XShooterFilter.py
-- Upstream has no number for the declination, and goes on to DecentFilter; of that only the sign.
-- Without the cuts on declination and image, but with none of its 30 days older than 6 h, 64 pass.
SELECT *
FROM   ztf
WHERE  candidate.dec <= 30
  AND  candidate.isdiffpos IN ('t', '1')
  AND  candidate.chipsf <= 4
  AND  candidate.seeratio <= 2
  AND  candidate.sumrat >= 0.6
  AND  EXISTS (SELECT 1 FROM UNNEST(prv_candidates) AS p
               WHERE p.magpsf IS NULL AND p.jd > candidate.jd - 5)
  AND  NOT EXISTS (SELECT 1 FROM UNNEST(prv_candidates) AS p
                   WHERE p.magpsf IS NOT NULL
                     AND p.jd > candidate.jd - 5 AND p.jd <= candidate.jd - 0.25)
