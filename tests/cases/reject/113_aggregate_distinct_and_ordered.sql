SELECT * FROM ztf WHERE (SELECT avg(DISTINCT p.rb) + max(p.rb ORDER BY p.jd) FROM UNNEST(prv_candidates) AS p) > 1
---- refused ----
error[bad-sub-query]: avg takes values, without DISTINCT
  --> aggregate_distinct_and_ordered.sql:1:33
  1 | SELECT * FROM ztf WHERE (SELECT avg(DISTINCT p.rb) + max(p.rb ORDER BY p.jd) FROM UNNEST(prv_candida…
                                      ^^^^^^^^^^^^^^^^^^
  help: count(DISTINCT x) there is

error[bad-sub-query]: max takes values, without an order
  --> aggregate_distinct_and_ordered.sql:1:54
  1 | …ztf WHERE (SELECT avg(DISTINCT p.rb) + max(p.rb ORDER BY p.jd) FROM UNNEST(prv_candidates) AS p) > 1
                                              ^^^^^^^^^^^^^^^^^^^^^^^
  help: count(DISTINCT x) there is
