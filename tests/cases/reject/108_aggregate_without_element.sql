SELECT * FROM ztf WHERE (SELECT max(candidate.rb) FROM UNNEST(prv_candidates) AS p) > 1
---- refused ----
error[bad-sub-query]: max gathers elements, and this names no field of one
  --> aggregate_without_element.sql:1:33
  1 | SELECT * FROM ztf WHERE (SELECT max(candidate.rb) FROM UNNEST(prv_candidates) AS p) > 1
                                      ^^^^^^^^^^^^^^^^^
  help: write p.field, or count(*) for their number
