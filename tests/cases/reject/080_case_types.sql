SELECT * FROM ztf WHERE CASE WHEN candidate.fid = 1 THEN 'g' ELSE 2 END = 'g' AND CASE WHEN TRUE THEN NULL END IS NULL
---- refused ----
error[type-mismatch]: an integer stands beside a text: the types must agree
  --> case_types.sql:1:67
  1 | … WHERE CASE WHEN candidate.fid = 1 THEN 'g' ELSE 2 END = 'g' AND CASE WHEN TRUE THEN NULL END IS NUL…
                                                        ^
  help: texts are compared, matched with LIKE and joined with ||

error[type-mismatch]: every value here is NULL, so there is none to choose
  --> case_types.sql:1:83
  1 | …WHERE CASE WHEN candidate.fid = 1 THEN 'g' ELSE 2 END = 'g' AND CASE WHEN TRUE THEN NULL END IS NULL
                                                                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  help: give one of them a value
