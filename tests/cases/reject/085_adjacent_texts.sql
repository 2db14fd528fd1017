SELECT * FROM ztf WHERE objectId = 'a' 'b'
---- refused ----
error[not-supported]: two texts stand side by side
  --> adjacent_texts.sql:1:36
  1 | SELECT * FROM ztf WHERE objectId = 'a' 'b'
                                         ^^^
  help: join texts with ||
