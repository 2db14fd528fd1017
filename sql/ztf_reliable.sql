-- name: ztf_reliable
-- description: likely real and well measured: the cuts that ZTF publishes with its filtering notebook
-- expect: 89 of 266
-- Z1; ztf-avro-alert docs/filtering.md
SELECT *
FROM   ztf
WHERE  candidate.rb >= 0.65
  AND  candidate.nbad = 0
  AND  candidate.fwhm <= 5
  AND  candidate.elong <= 1.2
  AND  abs(candidate.magdiff) <= 0.1
