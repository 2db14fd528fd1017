SELECT * FROM ztf WHERE candidate.isdiffpos = ‘t’ AND candidate.rb ≥ 0.5
---- refused ----
error[bad-character]: the character U+2018 (left single quotation mark) is not a part of SQL
  --> smart_quotes.sql:1:47
  1 | SELECT * FROM ztf WHERE candidate.isdiffpos = ‘t’ AND candidate.rb ≥ 0.5
                                                    ^
  help: write ' instead

error[bad-character]: the character U+2019 (right single quotation mark) is not a part of SQL
  --> smart_quotes.sql:1:49
  1 | SELECT * FROM ztf WHERE candidate.isdiffpos = ‘t’ AND candidate.rb ≥ 0.5
                                                      ^
  help: write ' instead

error[bad-character]: the character U+2265 (greater-than or equal to) is not a part of SQL
  --> smart_quotes.sql:1:68
  1 | SELECT * FROM ztf WHERE candidate.isdiffpos = ‘t’ AND candidate.rb ≥ 0.5
                                                                         ^
  help: write >= instead
