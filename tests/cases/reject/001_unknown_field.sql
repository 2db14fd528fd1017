SELECT *
FROM ztf
-- bright ones
WHERE candidate.mag < 18
---- refused ----
error[unknown-field]: ztf has no field 'candidate.mag'
  --> unknown_field.sql:4:7
  4 | WHERE candidate.mag < 18
            ^^^^^^^^^^^^^
  help: did you mean 'candidate.magap' (mag) or 'candidate.magnr' (mag) or 'candidate.magpsf' (mag)?
