SELECT * FROM ztf WHERE candidate.rb = NULL AND candidate.fid <> NULL AND candidate.fid IN (1, NULL)
---- refused ----
error[compared-with-null]: a comparison with NULL is never true
  --> compared_with_null.sql:1:25
  1 | SELECT * FROM ztf WHERE candidate.rb = NULL AND candidate.fid <> NULL AND candidate.fid IN (1, NULL)
                              ^^^^^^^^^^^^^^^^^^^
  help: write … IS NULL

error[compared-with-null]: a comparison with NULL is never true
  --> compared_with_null.sql:1:49
  1 | SELECT * FROM ztf WHERE candidate.rb = NULL AND candidate.fid <> NULL AND candidate.fid IN (1, NULL)
                                                      ^^^^^^^^^^^^^^^^^^^^^
  help: write … IS NOT NULL

error[compared-with-null]: nothing equals NULL, so it has no place in IN
  --> compared_with_null.sql:1:96
  1 | SELECT * FROM ztf WHERE candidate.rb = NULL AND candidate.fid <> NULL AND candidate.fid IN (1, NULL)
                                                                                                     ^^^^
  help: write x IS NULL OR …
