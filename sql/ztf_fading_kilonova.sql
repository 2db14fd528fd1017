-- name: ztf_fading_kilonova
-- description: as ztf_young_kilonova, and fading in its filter by more than 0.3 mag a day
-- expect: 0 of 266
-- Z12; fink-filters ztf/livestream/filter_rate_based_kn_candidates
-- The slope is of the fit weighted by 1 / sigma^2, with days counted from this alert.
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
  AND  (SELECT (sum(1 / power(d.sigmapsf, 2))
                * sum((d.jd - candidate.jd) * d.magpsf / power(d.sigmapsf, 2))
                - sum((d.jd - candidate.jd) / power(d.sigmapsf, 2))
                * sum(d.magpsf / power(d.sigmapsf, 2)))
               / (sum(1 / power(d.sigmapsf, 2))
                  * sum(power(d.jd - candidate.jd, 2) / power(d.sigmapsf, 2))
                  - power(sum((d.jd - candidate.jd) / power(d.sigmapsf, 2)), 2))
        FROM UNNEST(detections) AS d
        WHERE d.fid = candidate.fid AND d.magpsf < 21) > 0.3
