-- name: ztf_seen_before
-- description: seen over more than 20 minutes, not bogus, no star at its place
-- expect: 156 of 266
-- Z23; alert_stream bin/ztf-filter01.py in its history
SELECT *
FROM   ztf
WHERE  candidate.rb > 0.3
  AND  (candidate.distpsnr1 < 0                   -- -999 stands for no neighbour
        OR candidate.distpsnr1 > 1.5
        OR (candidate.sgscore1 >= 0 AND candidate.sgscore1 < 1))
  AND  EXISTS (SELECT 1 FROM UNNEST(prv_candidates) AS p WHERE p.magpsf IS NOT NULL)
  AND  (SELECT max(d.jd) - min(d.jd) FROM UNNEST(detections) AS d) > 20.0 / 1440
