SELECT * FROM ztf WHERE prv_candidates = 5
---- refused ----
error[not-a-value]: 'prv_candidates' is a list, not a single value
  --> list_as_value.sql:1:25
  1 | SELECT * FROM ztf WHERE prv_candidates = 5
                              ^^^^^^^^^^^^^^
  help: use an element, prv_candidates[1], or their number, cardinality(prv_candidates)
