-- name: lsst_uniform_sample
-- description: one detection in 113, chosen by nothing but its number
-- expect: 1 of 86
-- L10; fink-filters rubin/livestream/filter_uniform_sample
SELECT *
FROM   lsst
WHERE  diaSource.diaSourceId % 113 = 0
