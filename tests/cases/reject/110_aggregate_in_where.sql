SELECT * FROM ztf WHERE EXISTS (SELECT 1 FROM UNNEST(prv_candidates) AS p WHERE max(p.rb) > 1)
---- refused ----
error[bad-sub-query]: max gathers elements: it has no place in the condition of a sub-query
  --> aggregate_in_where.sql:1:81
  1 | SELECT * FROM ztf WHERE EXISTS (SELECT 1 FROM UNNEST(prv_candidates) AS p WHERE max(p.rb) > 1)
                                                                                      ^^^^^^^^^
  help: compare a sub-query of its own with it
