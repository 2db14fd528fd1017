SELECT candid FROM ztf
---- duckdb ----
TRUE
---- flink ----
TRUE
---- sent ----
json
candid BIGINT
  "candid"
  `candid`
---- warnings ----
warning[no-condition]: there is no WHERE: every alert passes
  --> columns_of_every_alert.sql:1:1
  1 | SELECT candid FROM ztf
      ^^^^^^^^^^^^^^^^^^^^^^
  help: add a WHERE clause
