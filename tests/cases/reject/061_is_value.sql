SELECT * FROM ztf WHERE candidate.rb IS 5
---- refused ----
error[not-supported]: IS asks for NULL, TRUE or FALSE only
  --> is_value.sql:1:25
  1 | SELECT * FROM ztf WHERE candidate.rb IS 5
                              ^^^^^^^^^^^^^^^^^
  help: write = to compare values
