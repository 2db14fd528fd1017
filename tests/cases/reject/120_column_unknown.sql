SELECT objectid, candidate.mag AS m, candidate.rb FROM ztf WHERE candidate.rbb > 0.5
---- refused ----
error[unknown-field]: ztf has no field 'objectid'
  --> column_unknown.sql:1:8
  1 | SELECT objectid, candidate.mag AS m, candidate.rb FROM ztf WHERE candidate.rbb > 0.5
             ^^^^^^^^
  help: did you mean 'objectId'?

error[unknown-field]: ztf has no field 'candidate.mag'
  --> column_unknown.sql:1:18
  1 | SELECT objectid, candidate.mag AS m, candidate.rb FROM ztf WHERE candidate.rbb > 0.5
                       ^^^^^^^^^^^^^
  help: did you mean 'candidate.magap' (in mag) or 'candidate.magnr' (in mag) or 'candidate.magpsf' (in mag)?

error[unknown-field]: ztf has no field 'candidate.rbb'
  --> column_unknown.sql:1:66
  1 | SELECT objectid, candidate.mag AS m, candidate.rb FROM ztf WHERE candidate.rbb > 0.5
                                                                       ^^^^^^^^^^^^^
  help: did you mean 'candidate.rb' or 'candidate.drb'?
