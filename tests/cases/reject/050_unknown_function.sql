SELECT * FROM ztf WHERE absolute(candidate.rb) > 0.5 AND squrt(candidate.rb) > 1
---- refused ----
error[unknown-function]: there is no function 'absolute'
  --> unknown_function.sql:1:25
  1 | SELECT * FROM ztf WHERE absolute(candidate.rb) > 0.5 AND squrt(candidate.rb) > 1
                              ^^^^^^^^
  help: the functions are in docs/reference/functions.md, and \df of the shell

error[unknown-function]: there is no function 'squrt'
  --> unknown_function.sql:1:58
  1 | SELECT * FROM ztf WHERE absolute(candidate.rb) > 0.5 AND squrt(candidate.rb) > 1
                                                               ^^^^^
  help: did you mean 'sqrt'?
