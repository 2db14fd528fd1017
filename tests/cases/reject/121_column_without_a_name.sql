SELECT candidate.magpsf - candidate.magnr, prv_candidates[1], 1, received_mjd(), NULL FROM ztf
WHERE candidate.rb > 0.5
---- refused ----
error[unnamed-column]: a column that is computed needs a name
  --> column_without_a_name.sql:1:8
  1 | SELECT candidate.magpsf - candidate.magnr, prv_candidates[1], 1, received_mjd(), NULL FROM ztf
             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  help: write … AS name

error[unnamed-column]: a column that is computed needs a name
  --> column_without_a_name.sql:1:44
  1 | SELECT candidate.magpsf - candidate.magnr, prv_candidates[1], 1, received_mjd(), NULL FROM ztf
                                                 ^^^^^^^^^^^^^^^^^
  help: write … AS name

error[unnamed-column]: a column that is computed needs a name
  --> column_without_a_name.sql:1:63
  1 | SELECT candidate.magpsf - candidate.magnr, prv_candidates[1], 1, received_mjd(), NULL FROM ztf
                                                                    ^
  help: write … AS name

error[unnamed-column]: a column that is computed needs a name
  --> column_without_a_name.sql:1:66
  1 | SELECT candidate.magpsf - candidate.magnr, prv_candidates[1], 1, received_mjd(), NULL FROM ztf
                                                                       ^^^^^^^^^^^^^^
  help: write … AS name

error[unnamed-column]: a column that is computed needs a name
  --> column_without_a_name.sql:1:82
  1 | SELECT candidate.magpsf - candidate.magnr, prv_candidates[1], 1, received_mjd(), NULL FROM ztf
                                                                                       ^^^^
  help: write … AS name

error[type-mismatch]: a column that is always NULL has no type
  --> column_without_a_name.sql:1:82
  1 | SELECT candidate.magpsf - candidate.magnr, prv_candidates[1], 1, received_mjd(), NULL FROM ztf
                                                                                       ^^^^
  help: leave it out
