WITH a AS (SELECT * FROM ztf) SELECT * FROM a
---- refused ----
error[not-supported]: a filter has no WITH: it is one SELECT
  --> with.sql:1:1
  1 | WITH a AS (SELECT * FROM ztf) SELECT * FROM a
      ^^^^
  help: write the expression in place

error[unknown-survey]: there is no survey 'a'
  --> with.sql:1:45
  1 | WITH a AS (SELECT * FROM ztf) SELECT * FROM a
                                                  ^
  help: the surveys are: lsst, ztf
