-- Name: bright
SELECT * FROM ztf WHERE candidate.rb > 0.5
---- refused ----
error[unknown-key]: 'Name' is not a key of a filter
  --> key_in_wrong_case.sql:1:4
  1 | -- Name: bright
         ^^^^
  help: did you mean 'name'? The keys are: name, description, expect, survey, format
