-- name: Bright ones
SELECT * FROM ztf WHERE candidate.rb > 0.5
---- refused ----
error[bad-name]: 'Bright ones' cannot name a filter
  --> bad_name.sql:1:10
  1 | -- name: Bright ones
               ^^^^^^^^^^^
  help: a name is a letter a-z and then at most 62 of a-z, 0-9 and _
