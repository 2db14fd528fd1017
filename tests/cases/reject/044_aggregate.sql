SELECT * FROM ztf WHERE max(candidate.rb) > 0.5
---- refused ----
error[unknown-function]: there is no function 'max'
  --> aggregate.sql:1:25
  1 | SELECT * FROM ztf WHERE max(candidate.rb) > 0.5
                              ^^^
  help: it gathers the elements of a list: (SELECT max(…) FROM UNNEST(list) AS p)
