SELECT * FROM zft WHERE candidate.rb > 0.5
---- refused ----
error[unknown-survey]: there is no survey 'zft'
  --> unknown_survey.sql:1:15
  1 | SELECT * FROM zft WHERE candidate.rb > 0.5
                    ^^^
  help: did you mean 'ztf'?
