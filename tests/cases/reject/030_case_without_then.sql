SELECT * FROM ztf WHERE CASE WHEN candidate.fid = 1 2 END = 2
---- refused ----
error[syntax]: this WHEN has no THEN
  --> case_without_then.sql:1:30
  1 | SELECT * FROM ztf WHERE CASE WHEN candidate.fid = 1 2 END = 2
                                   ^^^^
  help: write WHEN … THEN …
