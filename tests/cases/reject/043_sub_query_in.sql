SELECT * FROM ztf WHERE candidate.fid IN (SELECT 1)
---- refused ----
error[not-supported]: IN takes values here, not a sub-query
  --> sub_query_in.sql:1:25
  1 | SELECT * FROM ztf WHERE candidate.fid IN (SELECT 1)
                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^
  help: write IN ('t', '1')
