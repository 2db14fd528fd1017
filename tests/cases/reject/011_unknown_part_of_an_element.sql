SELECT * FROM ztf WHERE prv_candidates[1].mag < 18
---- refused ----
error[unknown-field]: ztf has no field 'mag'
  --> unknown_part_of_an_element.sql:1:25
  1 | SELECT * FROM ztf WHERE prv_candidates[1].mag < 18
                              ^^^^^^^^^^^^^^^^^^^^^
  help: did you mean 'magap' (in mag) or 'magnr' (in mag) or 'magpsf' (in mag)?
