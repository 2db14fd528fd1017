SELECT * FROM ztf WHERE rb > 0.5
---- refused ----
error[unknown-field]: ztf has no field 'rb'
  --> bare_leaf.sql:1:25
  1 | SELECT * FROM ztf WHERE rb > 0.5
                              ^^
  help: did you mean 'candidate.rb'?
