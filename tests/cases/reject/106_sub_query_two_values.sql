SELECT * FROM ztf WHERE (SELECT max(p.rb), min(p.rb) FROM UNNEST(prv_candidates) AS p) > 1
---- refused ----
error[bad-sub-query]: a sub-query in brackets has one value
  --> sub_query_two_values.sql:1:25
  1 | SELECT * FROM ztf WHERE (SELECT max(p.rb), min(p.rb) FROM UNNEST(prv_candidates) AS p) > 1
                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  help: write (SELECT max(p.field) FROM UNNEST(list) AS p)
