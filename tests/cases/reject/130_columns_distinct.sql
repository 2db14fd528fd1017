SELECT DISTINCT objectId FROM ztf WHERE candidate.rb > 0.5
---- refused ----
error[not-supported]: a filter judges one alert at a time: DISTINCT has no meaning
  --> columns_distinct.sql:1:8
  1 | SELECT DISTINCT objectId FROM ztf WHERE candidate.rb > 0.5
             ^^^^^^^^
  help: leave DISTINCT out
