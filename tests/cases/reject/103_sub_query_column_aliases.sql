SELECT * FROM ztf WHERE EXISTS (SELECT 1 FROM UNNEST(prv_candidates) AS p(a, b) WHERE p.a > 1)
---- refused ----
error[bad-sub-query]: the elements have one name, and their fields the names of the survey
  --> sub_query_column_aliases.sql:1:54
  1 | SELECT * FROM ztf WHERE EXISTS (SELECT 1 FROM UNNEST(prv_candidates) AS p(a, b) WHERE p.a > 1)
                                                           ^^^^^^^^^^^^^^
  help: write AS p
