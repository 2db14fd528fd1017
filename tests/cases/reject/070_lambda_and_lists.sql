SELECT * FROM ztf WHERE [x for x in prv_candidates] IS NULL AND {'a': 1} IS NULL AND prv_candidates[1:2] IS NULL
---- refused ----
error[not-supported]: list comprehensions are not in the language
  --> lambda_and_lists.sql:1:26
  1 | SELECT * FROM ztf WHERE [x for x in prv_candidates] IS NULL AND {'a': 1} IS NULL AND prv_candidates[…
                               ^^^^^^^^^^^^^^^^^^^^^^^^^
  help: write EXISTS (SELECT 1 FROM UNNEST(list) AS p WHERE …)

error[not-supported]: records cannot be written in a filter
  --> lambda_and_lists.sql:1:71
  1 | …M ztf WHERE [x for x in prv_candidates] IS NULL AND {'a': 1} IS NULL AND prv_candidates[1:2] IS NULL
                                                                 ^
  help: name the fields one by one

error[bad-index]: the place in a list is a whole number from 1
  --> lambda_and_lists.sql:1:101
  1 | …M ztf WHERE [x for x in prv_candidates] IS NULL AND {'a': 1} IS NULL AND prv_candidates[1:2] IS NULL
                                                                                               ^^^
  help: write a number from 1: a[1] is the first element
