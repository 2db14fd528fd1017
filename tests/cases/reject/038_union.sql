SELECT * FROM ztf WHERE candidate.rb > 0.5 UNION ALL SELECT * FROM lsst
---- refused ----
error[not-supported]: a filter is one SELECT: UNION, INTERSECT and EXCEPT have no meaning for one alert
  --> union.sql:1:44
  1 | SELECT * FROM ztf WHERE candidate.rb > 0.5 UNION ALL SELECT * FROM lsst
                                                 ^^^^^
  help: join the conditions with AND, OR and NOT, or write two filters
