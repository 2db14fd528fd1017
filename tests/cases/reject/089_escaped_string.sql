SELECT * FROM ztf WHERE objectId = E'a\n'
---- refused ----
error[not-supported]: only plain texts are in the language
  --> escaped_string.sql:1:36
  1 | SELECT * FROM ztf WHERE objectId = E'a\n'
                                         ^^^^^^
  help: write 'text'
