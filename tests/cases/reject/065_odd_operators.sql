SELECT * FROM ztf WHERE candidate.fid & 1 = 1 AND candidate.fid // 2 = 1 AND candidate.rb ^ 2 > 1 AND objectId ~ 'a' AND objectId SIMILAR TO 'a' AND candidate.fid << 1 = 2
---- refused ----
error[not-supported]: bit operators are not in the language
  --> odd_operators.sql:1:25
  1 | SELECT * FROM ztf WHERE candidate.fid & 1 = 1 AND candidate.fid // 2 = 1 AND candidate.rb ^ 2 > 1 AN…
                              ^^^^^^^^^^^^^^^^^
  help: use AND, or % for low bits

error[not-supported]: // is not standard SQL
  --> odd_operators.sql:1:51
  1 | …FROM ztf WHERE candidate.fid & 1 = 1 AND candidate.fid // 2 = 1 AND candidate.rb ^ 2 > 1 AND objectI…
                                                ^^^^^^^^^^^^^^^^^^
  help: write floor(a / b)

error[not-supported]: this operator is not standard SQL
  --> odd_operators.sql:1:78
  1 | …id & 1 = 1 AND candidate.fid // 2 = 1 AND candidate.rb ^ 2 > 1 AND objectId ~ 'a' AND objectId SIMIL…
                                                 ^^^^^^^^^^^^^^^^
  help: write power(a, b)

error[not-supported]: ~ means different things
  --> odd_operators.sql:1:103
  1 | ….fid // 2 = 1 AND candidate.rb ^ 2 > 1 AND objectId ~ 'a' AND objectId SIMILAR TO 'a' AND candidate.…
                                                  ^^^^^^^^^^^^^^
  help: use regexp_matches(x, '…')

error[not-supported]: SIMILAR TO means different things
  --> odd_operators.sql:1:122
  1 | …1 AND candidate.rb ^ 2 > 1 AND objectId ~ 'a' AND objectId SIMILAR TO 'a' AND candidate.fid << 1 = 2
                                                         ^^^^^^^^^^^^^^^^^^^^^^^
  help: use LIKE or regexp_matches(x, '…')

error[not-supported]: bit operators are not in the language
  --> odd_operators.sql:1:150
  1 | …1 AND candidate.rb ^ 2 > 1 AND objectId ~ 'a' AND objectId SIMILAR TO 'a' AND candidate.fid << 1 = 2
                                                                                     ^^^^^^^^^^^^^^^^^^
  help: use % and floor(a / b): floor(x / 4) % 2 = 1 for the third bit
