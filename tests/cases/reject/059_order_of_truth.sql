SELECT * FROM lsst WHERE diaSource.isDipole < TRUE
---- refused ----
error[type-mismatch]: truth values have no order
  --> order_of_truth.sql:1:26
  1 | SELECT * FROM lsst WHERE diaSource.isDipole < TRUE
                               ^^^^^^^^^^^^^^^^^^^^^^^^^
  help: use =, <>, AND, OR or NOT
