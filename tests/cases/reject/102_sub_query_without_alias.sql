SELECT * FROM ztf WHERE EXISTS (SELECT 1 FROM UNNEST(prv_candidates) WHERE magpsf > 1)
---- refused ----
error[bad-sub-query]: the elements need a name
  --> sub_query_without_alias.sql:1:54
  1 | SELECT * FROM ztf WHERE EXISTS (SELECT 1 FROM UNNEST(prv_candidates) WHERE magpsf > 1)
                                                           ^^^^^^^^^^^^^^
  help: write UNNEST(…) AS p, and p.field
