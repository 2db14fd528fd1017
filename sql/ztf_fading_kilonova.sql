-- name: ztf_fading_kilonova
-- description: as ztf_young_kilonova, and fading in its filter by more than 0.3 mag a day
-- expect: 0 of 266
-- Z12; fink-filters ztf/livestream/filter_rate_based_kn_candidates, its fit without weights
SELECT *
FROM   ztf
WHERE  candidate.drb > 0.9
  AND  candidate.classtar > 0.4
  AND  candidate.jd - candidate.jdstarthist < 5
  AND  candidate.ndethist < 20
  AND  candidate.isdiffpos IN ('t', '1')
  AND  (candidate.ssdistnr > 10 OR candidate.ssdistnr < 0)
  AND  abs(gal_b(candidate.ra, candidate.dec)) > 10
  AND  (SELECT max(d.jd) - min(d.jd) FROM UNNEST(detections) AS d
        WHERE d.fid = candidate.fid AND d.magpsf < 21) > 0.5
  AND  (SELECT regr_slope(d.magpsf, d.jd) FROM UNNEST(detections) AS d
        WHERE d.fid = candidate.fid AND d.magpsf < 21) > 0.3
