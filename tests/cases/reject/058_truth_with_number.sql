SELECT * FROM lsst WHERE diaSource.isDipole = 1 AND diaSource.isNegative = 'true'
---- refused ----
error[type-mismatch]: a truth value cannot be compared with an integer
  --> truth_with_number.sql:1:26
  1 | SELECT * FROM lsst WHERE diaSource.isDipole = 1 AND diaSource.isNegative = 'true'
                               ^^^^^^^^^^^^^^^^^^^^^^
  help: write the condition alone, or NOT before it

error[type-mismatch]: a truth value cannot be compared with a text
  --> truth_with_number.sql:1:53
  1 | SELECT * FROM lsst WHERE diaSource.isDipole = 1 AND diaSource.isNegative = 'true'
                                                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  help: write the condition alone, or NOT before it
