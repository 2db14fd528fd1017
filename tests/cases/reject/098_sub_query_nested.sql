SELECT * FROM ztf WHERE EXISTS (SELECT 1 FROM UNNEST(prv_candidates) AS p WHERE EXISTS (SELECT 1 FROM UNNEST(fp_hists) AS q))
---- refused ----
error[bad-sub-query]: a sub-query has no sub-query inside
  --> sub_query_nested.sql:1:81
  1 | …XISTS (SELECT 1 FROM UNNEST(prv_candidates) AS p WHERE EXISTS (SELECT 1 FROM UNNEST(fp_hists) AS q))
                                                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  help: compute it in a condition of its own
