SELECT * FROM ztf WHERE (SELECT max(p.rb) FROM UNNEST(prv_candidates) AS p ORDER BY 1) > 1
---- refused ----
error[bad-sub-query]: a sub-query has no ORDER BY
  --> sub_query_order.sql:1:25
  1 | SELECT * FROM ztf WHERE (SELECT max(p.rb) FROM UNNEST(prv_candidates) AS p ORDER BY 1) > 1
                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  help: arg_max(x, by) is x where by is greatest
