SELECT row_number() OVER (ORDER BY candid) AS n FROM ztf WHERE candidate.rb > 0.5
---- refused ----
error[not-supported]: window functions need rows beside the alert
  --> window_column.sql:1:8
  1 | SELECT row_number() OVER (ORDER BY candid) AS n FROM ztf WHERE candidate.rb > 0.5
             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  help: use the alert's own fields
