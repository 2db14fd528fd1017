SELECT * FROM ztf WHERE candidate.fid = '1' AND candidate.isdiffpos = 1
---- refused ----
error[type-mismatch]: an integer cannot be compared with a text
  --> number_with_text.sql:1:25
  1 | SELECT * FROM ztf WHERE candidate.fid = '1' AND candidate.isdiffpos = 1
                              ^^^^^^^^^^^^^^^^^^^
  help: write 1 without the quotes

error[type-mismatch]: a text cannot be compared with an integer
  --> number_with_text.sql:1:49
  1 | SELECT * FROM ztf WHERE candidate.fid = '1' AND candidate.isdiffpos = 1
                                                      ^^^^^^^^^^^^^^^^^^^^^^^
  help: write '1' for the text
