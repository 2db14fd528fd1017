SELECT * FROM ztf WHERE candidate.rb
---- refused ----
error[not-a-condition]: a condition is true or false, and this is a number
  --> condition_is_a_number.sql:1:25
  1 | SELECT * FROM ztf WHERE candidate.rb
                              ^^^^^^^^^^^^
  help: compare it: … > 0.5, say
