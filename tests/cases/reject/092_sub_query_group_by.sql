SELECT * FROM ztf WHERE (SELECT max(p.rb) FROM UNNEST(prv_candidates) AS p GROUP BY p.fid) > 1
---- refused ----
error[bad-sub-query]: a sub-query has no GROUP BY: it has one value
  --> sub_query_group_by.sql:1:25
  1 | SELECT * FROM ztf WHERE (SELECT max(p.rb) FROM UNNEST(prv_candidates) AS p GROUP BY p.fid) > 1
                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  help: put a condition into its WHERE
