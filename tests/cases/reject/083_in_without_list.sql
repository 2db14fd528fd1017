SELECT * FROM ztf WHERE candidate.fid IN 1 AND candidate.fid NOT IN ()
---- refused ----
error[not-supported]: IN takes values in brackets
  --> in_without_list.sql:1:25
  1 | SELECT * FROM ztf WHERE candidate.fid IN 1 AND candidate.fid NOT IN ()
                              ^^^^^^^^^^^^^^^^^^
  help: write IN ('t', '1')

error[syntax]: IN needs values in brackets
  --> in_without_list.sql:1:48
  1 | SELECT * FROM ztf WHERE candidate.fid IN 1 AND candidate.fid NOT IN ()
                                                     ^^^^^^^^^^^^^
  help: write IN ('t', '1')
