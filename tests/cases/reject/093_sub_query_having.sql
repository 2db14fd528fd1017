SELECT * FROM ztf WHERE (SELECT max(p.rb) FROM UNNEST(prv_candidates) AS p HAVING count(*) > 1) > 1
---- refused ----
error[bad-sub-query]: a sub-query has no HAVING
  --> sub_query_having.sql:1:25
  1 | SELECT * FROM ztf WHERE (SELECT max(p.rb) FROM UNNEST(prv_candidates) AS p HAVING count(*) > 1) > 1
                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  help: compare the sub-query: (SELECT count(*) …) > 1
