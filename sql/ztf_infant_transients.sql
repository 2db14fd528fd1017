-- name: ztf_infant_transients
-- description: new: an upper limit within 5 days, and no detection from then to 6 hours ago
-- expect: 55 of 266
-- Z10; Ampel-HU-astro t0/XShooterFilter.py
-- Upstream has no number for the declination, and goes on to DecentFilter; of that only the sign.
-- The list's 64 are without the cuts on declination and image, but with no detection of the whole
-- 30 days older than 6 h. 24 of them fail a cut: 697251921115015001 has a chipsf of 5.1. 15 others
-- pass here: 697251922415015002 was detected 28.9 to 14.0 days before, and not in the last 5.
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
