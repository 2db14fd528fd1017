SELECT * FROM ztf, lsst WHERE candidate.rb > 0.5
---- refused ----
error[not-supported]: a filter judges one alert at a time: there is nothing to join with
  --> comma_join.sql:1:20
  1 | SELECT * FROM ztf, lsst WHERE candidate.rb > 0.5
                         ^^^^
  help: the alert's own history is in its arrays
