SELECT NULL AS nothing, objectId FROM ztf WHERE candidate.rb > 0.5
---- refused ----
error[type-mismatch]: a column that is always NULL has no type
  --> column_of_null.sql:1:8
  1 | SELECT NULL AS nothing, objectId FROM ztf WHERE candidate.rb > 0.5
             ^^^^
  help: leave it out
