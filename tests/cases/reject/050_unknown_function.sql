SELECT * FROM ztf WHERE absolute(candidate.rb) > 0.5 AND squrt(candidate.rb) > 1
---- refused ----
error[unknown-function]: there is no function 'absolute'
  --> unknown_function.sql:1:25
  1 | SELECT * FROM ztf WHERE absolute(candidate.rb) > 0.5 AND squrt(candidate.rb) > 1
                              ^^^^^^^^
  help: they are listed by `minibroker functions`, and by \df in the shell

error[unknown-function]: there is no function 'squrt'
  --> unknown_function.sql:1:58
  1 | SELECT * FROM ztf WHERE absolute(candidate.rb) > 0.5 AND squrt(candidate.rb) > 1
                                                               ^^^^^
  help: did you mean 'sqrt'?
