SELECT * FROM ztf WHERE objectId + 1 > 2 AND -objectId = 'a' AND candidate.rb || 'a' = 'b'
---- refused ----
error[type-mismatch]: '+' takes numbers, and this is a text
  --> text_arithmetic.sql:1:25
  1 | SELECT * FROM ztf WHERE objectId + 1 > 2 AND -objectId = 'a' AND candidate.rb || 'a' = 'b'
                              ^^^^^^^^
  help: texts are compared, matched with LIKE and joined with ||

error[type-mismatch]: '-' takes numbers, and this is a text
  --> text_arithmetic.sql:1:47
  1 | SELECT * FROM ztf WHERE objectId + 1 > 2 AND -objectId = 'a' AND candidate.rb || 'a' = 'b'
                                                    ^^^^^^^^
  help: texts are compared, matched with LIKE and joined with ||

error[type-mismatch]: a text is needed here, and this is a number
  --> text_arithmetic.sql:1:66
  1 | SELECT * FROM ztf WHERE objectId + 1 > 2 AND -objectId = 'a' AND candidate.rb || 'a' = 'b'
                                                                       ^^^^^^^^^^^^
  help: compare it as a number: no fraction is written out as a text
