SELECT * FROM ztf WHERE EXISTS (SELECT 1 FROM UNNEST(prv_candidates) AS p LIMIT 1)
---- refused ----
error[bad-sub-query]: a sub-query has no LIMIT
  --> sub_query_limit.sql:1:25
  1 | SELECT * FROM ztf WHERE EXISTS (SELECT 1 FROM UNNEST(prv_candidates) AS p LIMIT 1)
                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  help: arg_max(x, by) is x where by is greatest
