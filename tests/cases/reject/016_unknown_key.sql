-- nmae: bright
SELECT * FROM ztf WHERE candidate.rb > 0.5
---- refused ----
error[unknown-key]: 'nmae' is not a key of a filter
  --> unknown_key.sql:1:4
  1 | -- nmae: bright
         ^^^^
  help: did you mean 'name'? The keys are: name, description, expect, survey, format
