SELECT * FROM ztf WHERE candidate.rb > 0.5 && candidate.fid = 1
---- refused ----
error[not-supported]: && is not standard SQL
  --> double_ampersand.sql:1:40
  1 | SELECT * FROM ztf WHERE candidate.rb > 0.5 && candidate.fid = 1
                                             ^^^^^^^^^^^^^^^^^^^^
  help: write AND
