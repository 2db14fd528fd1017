SELECT * FROM ztf WHERE candidate.jd > now() - 7
---- refused ----
error[unknown-function]: there is no function 'now'
  --> now.sql:1:40
  1 | SELECT * FROM ztf WHERE candidate.jd > now() - 7
                                             ^^^
  help: an alert replayed tomorrow would be judged differently: compare with received_mjd()
