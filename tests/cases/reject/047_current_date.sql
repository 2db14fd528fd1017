SELECT * FROM ztf WHERE candidate.jd > current_date
---- refused ----
error[unknown-function]: there is no 'current_date'
  --> current_date.sql:1:40
  1 | SELECT * FROM ztf WHERE candidate.jd > current_date
                                             ^^^^^^^^^^^^
  help: an alert replayed tomorrow would be judged differently: use received_mjd()
