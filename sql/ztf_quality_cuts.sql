-- name: ztf_quality_cuts
-- description: likely real, no bad pixel near the centre
-- expect: 189 of 266
-- Z2; fink-filters ztf/filter_quality_cuts
SELECT *
FROM   ztf
WHERE  candidate.rb >= 0.55
  AND  candidate.nbad = 0
