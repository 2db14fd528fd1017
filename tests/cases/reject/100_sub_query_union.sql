SELECT * FROM ztf WHERE EXISTS (SELECT 1 FROM UNNEST(prv_candidates) AS p UNION SELECT 2)
---- refused ----
error[bad-sub-query]: a sub-query is one SELECT from one of the alert's lists
  --> sub_query_union.sql:1:25
  1 | SELECT * FROM ztf WHERE EXISTS (SELECT 1 FROM UNNEST(prv_candidates) AS p UNION SELECT 2)
                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  help: write EXISTS (SELECT 1 FROM UNNEST(list) AS p WHERE p.field > 1)
