SELECT * FROM ztf WHERE (SELECT max(p) FROM UNNEST(prv_candidates) AS p) > 1
---- refused ----
error[not-a-value]: 'p' is a whole element, not a single value
  --> whole_element.sql:1:37
  1 | SELECT * FROM ztf WHERE (SELECT max(p) FROM UNNEST(prv_candidates) AS p) > 1
                                          ^
  help: name a field of it: p.jd
