-- name: ztf_decent
-- description: young, repeatedly seen, well measured, no asteroid, no star, no crowd
-- expect: 29 of 266
-- Z8; Ampel-HU-astro t0/SimpleDecentFilter.py
SELECT *
FROM   ztf
WHERE  candidate.isdiffpos IN ('t', '1')
  AND  candidate.rb >= 0.3
  AND  candidate.fwhm <= 5
  AND  candidate.elong <= 1.4
  AND  abs(candidate.magdiff) <= 0.4
  AND  candidate.nbad = 0
  AND  NOT (candidate.ssdistnr >= 0 AND candidate.ssdistnr < 20)
  AND  (candidate.distpsnr1 < 0                   -- -999 stands for no neighbour
        OR candidate.distpsnr1 >= 2
        OR candidate.sgscore1 BETWEEN 0 AND 0.8)
  AND  NOT (candidate.distpsnr1 >= 0 AND candidate.distpsnr2 >= 0 AND candidate.distpsnr3 >= 0
            AND greatest(candidate.distpsnr1, candidate.distpsnr2, candidate.distpsnr3) < 1
            AND greatest(abs(candidate.sgscore1 - 0.5), abs(candidate.sgscore2 - 0.5),
                         abs(candidate.sgscore3 - 0.5)) < 0.5)
  AND  (SELECT count(*) FROM UNNEST(detections) AS d) >= 2
  AND  (SELECT max(d.jd) - min(d.jd) FROM UNNEST(detections) AS d) BETWEEN 0.02 AND 25
