-- name: ztf_stationary
-- description: seen brighter than the reference at the same place 29 minutes or more earlier
-- expect: 155 of 266
-- Z11; fink-science ztf/transient_features/processor.py
SELECT *
FROM   ztf
WHERE  EXISTS (SELECT 1 FROM UNNEST(prv_candidates) AS p
               WHERE p.isdiffpos IN ('t', '1') AND p.magpsf < 99
                 AND abs(candidate.jd - p.jd) > 0.02)
