now() > 3
---- refused ----
error[no-survey]: the text names no survey, and could be meant for 'lsst' or 'ztf'
  --> now_without_a_survey.sql:1:1
  1 | now() > 3
      ^
  help: begin with -- survey: lsst or -- survey: ztf, or write SELECT * FROM <survey> WHERE …

error[unknown-function]: there is no function 'now'
  --> now_without_a_survey.sql:1:1
  1 | now() > 3
      ^^^
  help: an alert replayed tomorrow would be judged differently: compare with received_mjd()
