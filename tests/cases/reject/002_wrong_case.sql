SELECT * FROM ztf WHERE candidate.Rb > 0.5
---- refused ----
error[unknown-field]: ztf has no field 'candidate.Rb'
  --> wrong_case.sql:1:25
  1 | SELECT * FROM ztf WHERE candidate.Rb > 0.5
                              ^^^^^^^^^^^^
  help: did you mean 'candidate.rb'?
