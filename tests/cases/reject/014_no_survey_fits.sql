foo > 1
---- refused ----
error[no-survey]: the text names no survey, and could be meant for 'lsst' or 'ztf'
  --> no_survey_fits.sql:1:1
  1 | foo > 1
      ^
  help: begin with -- survey: lsst or -- survey: ztf, or write SELECT * FROM <survey> WHERE …
