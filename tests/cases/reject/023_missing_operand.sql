SELECT * FROM ztf WHERE candidate.rb > 
---- refused ----
error[syntax]: an expression is missing after '>', at the end of the text
  --> missing_operand.sql:1:39
  1 | SELECT * FROM ztf WHERE candidate.rb >
                                            ^
  help: write a field, a value or a condition there
