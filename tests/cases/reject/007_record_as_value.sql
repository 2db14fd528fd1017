SELECT * FROM ztf WHERE candidate > 5
---- refused ----
error[not-a-value]: 'candidate' is a record, not a single value
  --> record_as_value.sql:1:25
  1 | SELECT * FROM ztf WHERE candidate > 5
                              ^^^^^^^^^
  help: name a field of it: candidate.jd
