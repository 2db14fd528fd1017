SELECT max(candidate.rb) AS m, count(*) AS n FROM ztf WHERE candidate.rb > 0.5
---- refused ----
error[unknown-function]: there is no function 'max'
  --> column_aggregate.sql:1:8
  1 | SELECT max(candidate.rb) AS m, count(*) AS n FROM ztf WHERE candidate.rb > 0.5
             ^^^
  help: it gathers the elements of a list: (SELECT max(…) FROM UNNEST(list) AS p)

error[unknown-function]: there is no function 'count'
  --> column_aggregate.sql:1:32
  1 | SELECT max(candidate.rb) AS m, count(*) AS n FROM ztf WHERE candidate.rb > 0.5
                                     ^^^^^
  help: it gathers the elements of a list: (SELECT count(…) FROM UNNEST(list) AS p)
