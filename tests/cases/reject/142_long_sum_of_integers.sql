SELECT *
FROM ztf
WHERE candidate.rb > 0.5 AND candid + candid + candid + candid + candid + candid + candid + candid + candid + candid + candid + candid + candid + candid + candid + candid + candid + candid + candid + candid + candid + candid + candid + candid + candid + candid + candid + candid + candid + candid + candid + candid + candid + candid + candid + candid + candid + candid + candid + candid + candid + candid + candid + candid + candid + candid + candid + candid + candid + candid + candid > 1
---- refused ----
error[too-deep]: written out for the engines this is nested too deeply
  --> long_sum_of_integers.sql:3:30
  3 | …> 0.5 AND candid + candid + candid + candid + candid + candid + candid + candid + candid + candid + candid + … + candid …
                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  help: use fewer operators in one expression, or split it into several filters
