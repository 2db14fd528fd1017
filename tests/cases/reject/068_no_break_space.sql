SELECT * FROM ztf WHERE candidate.rb > 0.5
---- refused ----
error[bad-character]: the character U+00A0 (no-break space) is not a part of SQL
  --> no_break_space.sql:1:37
  1 | SELECT * FROM ztf WHERE candidate.rb > 0.5
                                          ^
  help: write an ordinary space instead
