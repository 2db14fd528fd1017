SELECT * FROM ztf JOIN lsst ON ztf.candid = lsst.diaSourceId WHERE candidate.rb > 0.5
---- refused ----
error[not-supported]: a filter judges one alert at a time: there is nothing to join with
  --> join.sql:1:19
  1 | SELECT * FROM ztf JOIN lsst ON ztf.candid = lsst.diaSourceId WHERE candidate.rb > 0.5
                        ^^^^
  help: the alert's own history is in its arrays
