-- name: a
-- name: b
SELECT * FROM ztf WHERE candidate.rb > 0.5
---- refused ----
error[repeated-key]: 'name' is given twice
  --> repeated_key.sql:2:4
  2 | -- name: b
         ^^^^
  help: keep one of them
