SELECT * FROM ztf WHERE EXISTS (SELECT p.rb FROM UNNEST(prv_candidates) AS p)
---- refused ----
error[bad-sub-query]: EXISTS asks whether there is an element, not for a value of it
  --> sub_query_exists_of_a_value.sql:1:40
  1 | SELECT * FROM ztf WHERE EXISTS (SELECT p.rb FROM UNNEST(prv_candidates) AS p)
                                             ^^^^
  help: write EXISTS (SELECT 1 FROM UNNEST(list) AS p WHERE p.field > 1)
