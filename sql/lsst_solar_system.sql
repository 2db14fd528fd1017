-- name: lsst_solar_system
-- description: detections of known solar-system objects
-- expect: 9 of 86
-- L3; fink-filters rubin/blocks.py b_is_solar_system
SELECT *
FROM   lsst
WHERE  diaSource.ssObjectId <> 0                  -- 0 stands for none
