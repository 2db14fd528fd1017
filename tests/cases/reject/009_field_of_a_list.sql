SELECT * FROM ztf WHERE prv_candidates.magpsf < 18
---- refused ----
error[not-a-record]: 'prv_candidates' is a list: it has no field 'magpsf', its elements have
  --> field_of_a_list.sql:1:25
  1 | SELECT * FROM ztf WHERE prv_candidates.magpsf < 18
                              ^^^^^^^^^^^^^^^^^^^^^
  help: take one element: prv_candidates[1].magpsf
