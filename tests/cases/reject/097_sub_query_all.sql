SELECT * FROM ztf WHERE candidate.rb > ALL (SELECT p.rb FROM UNNEST(prv_candidates) AS p)
---- refused ----
error[bad-sub-query]: ALL and ANY are not in the language
  --> sub_query_all.sql:1:45
  1 | SELECT * FROM ztf WHERE candidate.rb > ALL (SELECT p.rb FROM UNNEST(prv_candidates) AS p)
                                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  help: write EXISTS or NOT EXISTS (SELECT 1 FROM UNNEST(list) AS p WHERE …)
