-- name: ztf_mean_scores
-- description: real with hardly a doubt, and how real its earlier detections looked
-- expect: 60 of 266
-- Z21; kowalski kowalski/tests/api/test_filter.py, with its annotation, without its galaxy catalogue
SELECT objectId, candid, candidate.ra, candidate.dec, candidate.magpsf, candidate.drb,
       (SELECT avg(p.rb) FROM UNNEST(prv_candidates) AS p) AS mean_rb
FROM   ztf
WHERE  candidate.drb > 0.9999
