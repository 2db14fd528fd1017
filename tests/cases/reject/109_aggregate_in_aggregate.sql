SELECT * FROM ztf WHERE (SELECT max(avg(p.rb)) FROM UNNEST(prv_candidates) AS p) > 1
---- refused ----
error[bad-sub-query]: an aggregate has no aggregate inside
  --> aggregate_in_aggregate.sql:1:37
  1 | SELECT * FROM ztf WHERE (SELECT max(avg(p.rb)) FROM UNNEST(prv_candidates) AS p) > 1
                                          ^^^^^^^^^
  help: compare a sub-query of its own with it
