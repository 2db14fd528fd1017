SELECT * FROM ZTF WHERE candidate.rb > 0.5
---- refused ----
error[unknown-survey]: there is no survey 'ZTF'
  --> survey_in_wrong_case.sql:1:15
  1 | SELECT * FROM ZTF WHERE candidate.rb > 0.5
                    ^^^
  help: did you mean 'ztf'?
