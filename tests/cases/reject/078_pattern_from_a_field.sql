SELECT * FROM ztf WHERE regexp_matches(objectId, candidate.rbversion)
---- refused ----
error[not-a-literal]: regexp_matches(pattern) must be a literal
  --> pattern_from_a_field.sql:1:50
  1 | SELECT * FROM ztf WHERE regexp_matches(objectId, candidate.rbversion)
                                                       ^^^^^^^^^^^^^^^^^^^
  help: write the value itself, a text between single quotes
