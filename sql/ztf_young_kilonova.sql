-- name: ztf_young_kilonova
-- description: likely real, point-like, new within 5 days, off the plane, no asteroid
-- expect: 6 of 266
-- Z12; fink-filters ztf/livestream/filter_rate_based_kn_candidates, without SIMBAD's class
SELECT *
FROM   ztf
WHERE  candidate.drb > 0.9
  AND  candidate.classtar > 0.4
  AND  candidate.jd - candidate.jdstarthist < 5
  AND  candidate.ndethist < 20
  AND  candidate.isdiffpos IN ('t', '1')
  AND  (candidate.ssdistnr > 10 OR candidate.ssdistnr < 0)
  AND  abs(gal_b(candidate.ra, candidate.dec)) > 10
