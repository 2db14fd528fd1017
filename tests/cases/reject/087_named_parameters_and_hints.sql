SELECT * FROM ztf WHERE abs(x := candidate.rb) > 1 AND abs(x => candidate.rb) > 1
---- refused ----
error[not-supported]: arguments are given by position
  --> named_parameters_and_hints.sql:1:29
  1 | SELECT * FROM ztf WHERE abs(x := candidate.rb) > 1 AND abs(x => candidate.rb) > 1
                                  ^^^^^^^^^^^^^^^^^
  help: leave the name out

error[not-supported]: arguments are given by position
  --> named_parameters_and_hints.sql:1:65
  1 | SELECT * FROM ztf WHERE abs(x := candidate.rb) > 1 AND abs(x => candidate.rb) > 1
                                                                      ^^^^^^^^^^^^
  help: leave the name out
