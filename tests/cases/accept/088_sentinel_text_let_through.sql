SELECT * FROM ztf
WHERE candidate.ssnamenr <> 'Ceres'
---- duckdb ----
"candidate"."ssnamenr" <> 'Ceres'
---- flink ----
`candidate`.`ssnamenr` <> 'Ceres'
---- warnings ----
warning[sentinel]: this passes where candidate.ssnamenr is 'null', which stands for nothing there
  --> sentinel_text_let_through.sql:2:7
  2 | WHERE candidate.ssnamenr <> 'Ceres'
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  help: add AND candidate.ssnamenr <> 'null'
