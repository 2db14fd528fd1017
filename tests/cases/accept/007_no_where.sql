SELECT * FROM ztf
---- duckdb ----
TRUE
---- flink ----
TRUE
---- warnings ----
warning[no-condition]: there is no WHERE: every alert passes
  --> no_where.sql:1:1
  1 | SELECT * FROM ztf
      ^^^^^^^^^^^^^^^^^
  help: add a WHERE clause
