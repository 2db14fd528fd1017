-- survey: lsst
SELECT * FROM ztf WHERE candidate.rb > 0.5
---- refused ----
error[unknown-survey]: FROM says ztf, and the comment says lsst
  --> two_surveys.sql:1:12
  1 | -- survey: lsst
                 ^^^^
  help: leave the comment out
