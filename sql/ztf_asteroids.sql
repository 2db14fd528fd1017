-- name: ztf_asteroids
-- description: detections within 12 arcsec of a known solar-system object
-- expect: 45 of 266
-- Z5; ZTF's schema, Ampel-HU-astro t0/RcfFilter.py
SELECT *
FROM   ztf
WHERE  candidate.ssdistnr BETWEEN 0 AND 12        -- -999 stands for none near
  AND  candidate.ssnamenr <> 'null'
