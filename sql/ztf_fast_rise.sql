-- name: ztf_fast_rise
-- description: brightened by at least 0.3 mag a day in one filter since an earlier detection
-- expect: 9 of 266
-- Z13; the rate of fink-filters filter_rate_based_kn_candidates, turned to rising sources
SELECT *
FROM   ztf
WHERE  EXISTS (SELECT 1 FROM UNNEST(prv_candidates) AS p
               WHERE p.isdiffpos IN ('t', '1') AND p.fid = candidate.fid
                 AND candidate.jd - p.jd > 0.5
                 AND (p.magpsf - candidate.magpsf) / (candidate.jd - p.jd) >= 0.3)
