SELECT * FROM ztf WHERE (SELECT avg(p.rbversion) FROM UNNEST(prv_candidates) AS p) > 1
---- refused ----
error[type-mismatch]: avg does not take a text
  --> aggregate_of_texts.sql:1:37
  1 | SELECT * FROM ztf WHERE (SELECT avg(p.rbversion) FROM UNNEST(prv_candidates) AS p) > 1
                                          ^^^^^^^^^^^
  help: it takes an integer or a number
