SELECT * FROM ztf WHERE candidate.rb 0.5
---- refused ----
error[syntax]: '0.5' is not expected here
  --> missing_operator.sql:1:38
  1 | SELECT * FROM ztf WHERE candidate.rb 0.5
                                           ^^^
  help: AND, OR or an operator may be missing before it
