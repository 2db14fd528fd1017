SELECT * FROM ztf WHERE (SELECT mode(p.rb) FROM UNNEST(prv_candidates) AS p) > 1
---- refused ----
error[unknown-function]: there is no function 'mode'
  --> aggregate_unknown.sql:1:33
  1 | SELECT * FROM ztf WHERE (SELECT mode(p.rb) FROM UNNEST(prv_candidates) AS p) > 1
                                      ^^^^
  help: the aggregates are arg_max, arg_min, avg, bool_and, bool_or, count, max, median, min, regr_slope, stddev_samp, sum, var_samp
