-- format: parquet
SELECT objectId FROM ztf WHERE candidate.rb > 0.5
---- refused ----
error[bad-format]: 'parquet' is no format
  --> format_unknown.sql:1:12
  1 | -- format: parquet
                 ^^^^^^^
  help: write json or avro
