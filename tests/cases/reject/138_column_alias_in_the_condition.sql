SELECT candidate.magpsf AS m FROM ztf WHERE m < 18
---- refused ----
error[unknown-field]: ztf has no field 'm'
  --> column_alias_in_the_condition.sql:1:45
  1 | SELECT candidate.magpsf AS m FROM ztf WHERE m < 18
                                                  ^
  help: did you mean 'candidate.magap' (in mag) or 'candidate.magnr' (in mag)?
