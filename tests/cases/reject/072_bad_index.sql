SELECT * FROM ztf WHERE prv_candidates[0].magpsf > 1 AND prv_candidates[-1].magpsf > 1 AND prv_candidates[candidate.fid].magpsf > 1 AND objectId[1] = 'a'
---- refused ----
error[bad-index]: the place in a list is a whole number from 1
  --> bad_index.sql:1:40
  1 | SELECT * FROM ztf WHERE prv_candidates[0].magpsf > 1 AND prv_candidates[-1].magpsf > 1 AND prv_candi…
                                             ^
  help: write a number from 1: a[1] is the first element

error[bad-index]: the place in a list is a whole number from 1
  --> bad_index.sql:1:73
  1 | … prv_candidates[0].magpsf > 1 AND prv_candidates[-1].magpsf > 1 AND prv_candidates[candidate.fid].ma…
                                                        ^^
  help: write a number from 1: a[1] is the first element

error[bad-index]: the place in a list is a whole number from 1
  --> bad_index.sql:1:107
  1 | …AND prv_candidates[-1].magpsf > 1 AND prv_candidates[candidate.fid].magpsf > 1 AND objectId[1] = 'a'
                                                            ^^^^^^^^^^^^^
  help: write a number from 1: a[1] is the first element

error[bad-index]: only a list has elements, and this is a text
  --> bad_index.sql:1:137
  1 | …AND prv_candidates[-1].magpsf > 1 AND prv_candidates[candidate.fid].magpsf > 1 AND objectId[1] = 'a'
                                                                                          ^^^^^^^^
  help: leave the index out
