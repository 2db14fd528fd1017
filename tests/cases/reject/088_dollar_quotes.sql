SELECT * FROM ztf WHERE objectId = $$a$$
---- refused ----
error[bad-character]: '$' is not a part of SQL
  --> dollar_quotes.sql:1:36
  1 | SELECT * FROM ztf WHERE objectId = $$a$$
                                         ^
  help: write 'text' for a text; a filter has no parameters
