SELECT *
FROM ztf
-- bright ones
WHERE candidate.mag < 18
---- refused ----
error[unknown-field]: ztf has no field 'candidate.mag'
  --> unknown_field.sql:4:7
  4 | WHERE candidate.mag < 18
            ^^^^^^^^^^^^^
  help: did you mean 'candidate.magap' (in mag) or 'candidate.magnr' (in mag) or 'candidate.magpsf' (in mag)?
