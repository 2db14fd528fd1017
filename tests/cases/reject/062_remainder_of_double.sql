SELECT * FROM ztf WHERE candidate.jd % 1 > 0.5
---- refused ----
error[type-mismatch]: % is for integers, and this is a DOUBLE
  --> remainder_of_double.sql:1:25
  1 | SELECT * FROM ztf WHERE candidate.jd % 1 > 0.5
                              ^^^^^^^^^^^^
  help: write x - floor(x / y) * y
