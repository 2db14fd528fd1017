-- name: ztf_no_asteroids
-- description: no known solar-system object within 20 arcsec
-- expect: 220 of 266
-- Z6; Ampel-ZTF ampel/ztf/t0/DecentFilter.py
SELECT *
FROM   ztf
WHERE  NOT (candidate.ssdistnr >= 0 AND candidate.ssdistnr < 20)     -- -999: none near
