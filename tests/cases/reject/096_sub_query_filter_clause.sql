SELECT * FROM ztf WHERE (SELECT count(*) FILTER (WHERE p.rb > 1) FROM UNNEST(prv_candidates) AS p) > 1
---- refused ----
error[bad-sub-query]: FILTER is not in the language
  --> sub_query_filter_clause.sql:1:33
  1 | SELECT * FROM ztf WHERE (SELECT count(*) FILTER (WHERE p.rb > 1) FROM UNNEST(prv_candidates) AS p) >…
                                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  help: put the condition into the sub-query's WHERE
