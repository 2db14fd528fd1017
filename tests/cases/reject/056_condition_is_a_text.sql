SELECT * FROM ztf WHERE candidate.rb > 0.5 AND candidate.isdiffpos
---- refused ----
error[not-a-condition]: a condition is true or false, and this is a text
  --> condition_is_a_text.sql:1:48
  1 | SELECT * FROM ztf WHERE candidate.rb > 0.5 AND candidate.isdiffpos
                                                     ^^^^^^^^^^^^^^^^^^^
  help: compare it: … = 't', say
