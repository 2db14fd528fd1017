-- name: ztf_likely_transients
-- description: reliable, brightened, no star, no asteroid, seen twice half an hour apart
-- expect: 59 of 266
-- Z4; ztf-avro-alert notebooks/Filtering_alerts.ipynb
-- The notebook asks for a gap of half an hour between two detections, this for the whole span.
-- It knows 't' alone: one alert (ZTF21abiuvdk, candid 1642448210815015010) passes by a '1'.
SELECT *
FROM   ztf
WHERE  candidate.rb >= 0.65
  AND  candidate.nbad = 0
  AND  candidate.fwhm <= 5
  AND  candidate.elong <= 1.2
  AND  abs(candidate.magdiff) <= 0.1
  AND  candidate.isdiffpos IN ('t', '1')
  AND  (candidate.distpsnr1 IS NULL
        OR candidate.distpsnr1 < 0                -- -999 stands for no neighbour
        OR candidate.distpsnr1 > 1.5
        OR (candidate.sgscore1 >= 0 AND candidate.sgscore1 < 0.5))
  AND  (candidate.ssdistnr IS NULL OR candidate.ssdistnr < 0 OR candidate.ssdistnr > 5)
  AND  (SELECT max(d.jd) - min(d.jd) FROM UNNEST(detections) AS d
        WHERE d.isdiffpos IN ('t', '1')) >= 30.0 / 1440
