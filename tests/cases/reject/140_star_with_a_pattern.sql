SELECT * LIKE 'c%' FROM ztf WHERE candidate.rb > 0.5
---- refused ----
error[not-supported]: a star stands only after SELECT
  --> star_with_a_pattern.sql:1:8
  1 | SELECT * LIKE 'c%' FROM ztf WHERE candidate.rb > 0.5
             ^
  help: name a field

error[unnamed-column]: a column that is computed needs a name
  --> star_with_a_pattern.sql:1:8
  1 | SELECT * LIKE 'c%' FROM ztf WHERE candidate.rb > 0.5
             ^^^^^^^^^^^
  help: write … AS name
