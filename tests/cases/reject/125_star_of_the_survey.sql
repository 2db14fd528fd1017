SELECT z.* EXCLUDE (cutoutScience) FROM ztf AS z WHERE candidate.rb > 0.5
---- refused ----
error[not-supported]: 'z.*' is not in the language: a star is the whole packet
  --> star_of_the_survey.sql:1:8
  1 | SELECT z.* EXCLUDE (cutoutScience) FROM ztf AS z WHERE candidate.rb > 0.5
             ^^^^^^^^^^^^^^^^^^^^^^^^^^
  help: write *
