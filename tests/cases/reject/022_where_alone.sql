WHERE
---- refused ----
error[syntax]: a condition is missing after WHERE
  --> where_alone.sql:1:6
  1 | WHERE
           ^
  help: write one
