-- name: ztf_high_drb
-- description: real with hardly a doubt of the neural network
-- expect: 60 of 266
-- Z21; kowalski kowalski/tests/api/test_filter.py, without its match to a catalogue of galaxies
SELECT *
FROM   ztf
WHERE  candidate.drb > 0.9999
