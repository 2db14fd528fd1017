SELECT *
FROM ztf
WHERE candidate.rb > 0.5
  AND gal_b(gal_b(gal_b(gal_b(gal_b(gal_b(candidate.ra, 1), 1), 1), 1), 1), 1) > 10
---- refused ----
error[too-long]: written out for the engines this comes to more than they can plan
  --> nested_sky_functions.sql:4:19
  4 |   AND gal_b(gal_b(gal_b(gal_b(gal_b(gal_b(candidate.ra, 1), 1), 1), 1), 1), 1) > 10
                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  help: divisors, exponents, the arguments of sky functions and CASE operands are repeated there; nest them less, or split the filter
