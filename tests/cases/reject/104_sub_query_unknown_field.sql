SELECT * FROM ztf WHERE EXISTS (SELECT 1 FROM UNNEST(prv_candidates) AS p WHERE p.magpfs > 1)
---- refused ----
error[unknown-field]: ztf has no field 'p.magpfs'
  --> sub_query_unknown_field.sql:1:81
  1 | SELECT * FROM ztf WHERE EXISTS (SELECT 1 FROM UNNEST(prv_candidates) AS p WHERE p.magpfs > 1)
                                                                                      ^^^^^^^^
  help: did you mean 'p.magpsf' (in mag) or 'p.magap' (in mag) or 'p.magzpsci' (in mag)?
