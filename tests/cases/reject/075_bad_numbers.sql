SELECT * FROM ztf WHERE candid = 99999999999999999999 AND candidate.rb > 1e400 AND candidate.rb > 1e-400
---- refused ----
error[bad-number]: this integer does not fit into 64 bits
  --> bad_numbers.sql:1:34
  1 | SELECT * FROM ztf WHERE candid = 99999999999999999999 AND candidate.rb > 1e400 AND candidate.rb > 1e…
                                       ^^^^^^^^^^^^^^^^^^^^
  help: write it as a DOUBLE, with a point or an exponent: 1e20

error[bad-number]: this number is beyond the range of DOUBLE
  --> bad_numbers.sql:1:74
  1 | …CT * FROM ztf WHERE candid = 99999999999999999999 AND candidate.rb > 1e400 AND candidate.rb > 1e-400
                                                                            ^^^^^
  help: at most 1.8e308

error[bad-number]: this number is too small for DOUBLE
  --> bad_numbers.sql:1:99
  1 | …CT * FROM ztf WHERE candid = 99999999999999999999 AND candidate.rb > 1e400 AND candidate.rb > 1e-400
                                                                                                     ^^^^^^
  help: write 0.0
