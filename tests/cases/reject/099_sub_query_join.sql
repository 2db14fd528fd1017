SELECT * FROM ztf WHERE EXISTS (SELECT 1 FROM UNNEST(prv_candidates) AS p JOIN ztf ON TRUE)
---- refused ----
error[bad-sub-query]: a sub-query goes through one list
  --> sub_query_join.sql:1:25
  1 | SELECT * FROM ztf WHERE EXISTS (SELECT 1 FROM UNNEST(prv_candidates) AS p JOIN ztf ON TRUE)
                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  help: the alert's own fields are there by name
