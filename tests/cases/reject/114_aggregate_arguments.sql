SELECT * FROM ztf WHERE (SELECT arg_max(p.rb) FROM UNNEST(prv_candidates) AS p) > 1
---- refused ----
error[wrong-arguments]: arg_max takes 2 arguments, and this has 1
  --> aggregate_arguments.sql:1:33
  1 | SELECT * FROM ztf WHERE (SELECT arg_max(p.rb) FROM UNNEST(prv_candidates) AS p) > 1
                                      ^^^^^^^^^^^^^
  help: write arg_max(x, by)
