SELECT * FROM ztf
WHERE candidate.ssdistnr < 5
---- duckdb ----
"candidate"."ssdistnr" < 5E0
---- flink ----
`candidate`.`ssdistnr` < 5E0
---- warnings ----
warning[sentinel]: this passes where candidate.ssdistnr is -999, which stands for nothing there
  --> sentinel_let_through.sql:2:7
  2 | WHERE candidate.ssdistnr < 5
            ^^^^^^^^^^^^^^^^^^^^^^
  help: add AND candidate.ssdistnr >= 0
