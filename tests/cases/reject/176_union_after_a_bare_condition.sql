candidate.rb > 0.5 UNION SELECT * FROM ztf
---- refused ----
error[not-supported]: a filter is one SELECT: UNION, INTERSECT and EXCEPT have no meaning for one alert
  --> union_after_a_bare_condition.sql:1:20
  1 | candidate.rb > 0.5 UNION SELECT * FROM ztf
                         ^^^^^
  help: join the conditions with AND, OR and NOT, or write two filters
