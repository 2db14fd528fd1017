-- name: ztf_high_signal_to_noise
-- description: measured to 2 % in g or 1.8 % in r
-- expect: 2 of 266
-- Z15; antares-devkit highsnr
SELECT *
FROM   ztf
WHERE  1 / candidate.sigmapsf > CASE candidate.fid WHEN 1 THEN 50 WHEN 2 THEN 55 END
