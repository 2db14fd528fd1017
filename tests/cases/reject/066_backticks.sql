SELECT * FROM ztf WHERE `candidate`.`rb` > 0.5
---- refused ----
error[bad-character]: '`' is not a part of SQL
  --> backticks.sql:1:25
  1 | SELECT * FROM ztf WHERE `candidate`.`rb` > 0.5
                              ^
  help: write " instead
