SELECT * FROM ztf WHERE candidate.isdiffpos = "t"
---- refused ----
error[unknown-field]: ztf has no field 't'
  --> double_quoted_text.sql:1:47
  1 | SELECT * FROM ztf WHERE candidate.isdiffpos = "t"
                                                    ^^^
  help: write 't' for a text: double quotes are for names
