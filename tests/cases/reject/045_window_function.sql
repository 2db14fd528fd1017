SELECT * FROM ztf WHERE row_number() OVER (ORDER BY candidate.jd) = 1
---- refused ----
error[not-supported]: window functions need rows beside the alert
  --> window_function.sql:1:25
  1 | SELECT * FROM ztf WHERE row_number() OVER (ORDER BY candidate.jd) = 1
                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  help: use the alert's own fields
