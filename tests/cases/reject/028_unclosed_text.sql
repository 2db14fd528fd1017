SELECT * FROM ztf WHERE candidate.isdiffpos = 't
---- refused ----
error[unclosed]: this text is not closed
  --> unclosed_text.sql:1:47
  1 | SELECT * FROM ztf WHERE candidate.isdiffpos = 't
                                                    ^
  help: end it with '
