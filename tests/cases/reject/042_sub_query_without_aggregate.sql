SELECT * FROM ztf WHERE (SELECT p.magpsf FROM UNNEST(prv_candidates) AS p) > 18
---- refused ----
error[bad-sub-query]: 'magpsf' of which element? A sub-query has one value
  --> sub_query_without_aggregate.sql:1:33
  1 | SELECT * FROM ztf WHERE (SELECT p.magpsf FROM UNNEST(prv_candidates) AS p) > 18
                                      ^^^^^^^^
  help: put it into an aggregate: max(…), avg(…), arg_max(…, …)
