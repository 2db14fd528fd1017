SELECT * FROM ztf WHERE CASE WHEN candidate.fid = 1 THEN 2 > 1
---- refused ----
error[syntax]: expected WHEN, ELSE or END of this CASE, found the end of the text
  --> case_without_end.sql:1:63
  1 | SELECT * FROM ztf WHERE CASE WHEN candidate.fid = 1 THEN 2 > 1
                                                                    ^
  help: write CASE WHEN … THEN … ELSE … END
