SELECT * FROM ztf WHERE abs(candidate.rb AS x) > 1
---- refused ----
error[not-supported]: a condition has no name
  --> alias_in_condition.sql:1:29
  1 | SELECT * FROM ztf WHERE abs(candidate.rb AS x) > 1
                                  ^^^^^^^^^^^^^^^^^
  help: leave AS out
