SELECT * FROM ztf WHERE candidate.rb > 0.5 AND
---- refused ----
error[syntax]: an expression is missing after 'AND', at the end of the text
  --> missing_after_and.sql:1:47
  1 | SELECT * FROM ztf WHERE candidate.rb > 0.5 AND
                                                    ^
  help: write a field, a value or a condition there
