-- name: lsst_deep_drilling_fields
-- description: in one of the deep drilling fields
-- expect: 85 of 86
-- L9; antares-devkit lsst_ddf
SELECT *
FROM   lsst
WHERE  q3c_radial_query(diaSource.ra, diaSource.dec, 9.45, -44.02, 1.75)    -- ELAIS S1
   OR  q3c_radial_query(diaSource.ra, diaSource.dec, 35.57, -4.82, 1.75)    -- XMM-LSS
   OR  q3c_radial_query(diaSource.ra, diaSource.dec, 52.98, -28.12, 1.75)   -- CDF-S
   OR  q3c_radial_query(diaSource.ra, diaSource.dec, 150.11, 2.23, 1.75)    -- COSMOS
   OR  q3c_radial_query(diaSource.ra, diaSource.dec, 58.9, -49.32, 1.75)    -- Euclid South, a
   OR  q3c_radial_query(diaSource.ra, diaSource.dec, 63.6, -47.6, 1.75)     -- Euclid South, b
