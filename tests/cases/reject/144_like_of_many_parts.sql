SELECT *
FROM ztf
WHERE objectId LIKE '%a_%b_%c_%d'
---- refused ----
error[bad-pattern]: a pattern with _ or an escape has at most 3 % before its last part
  --> like_of_many_parts.sql:3:21
  3 | WHERE objectId LIKE '%a_%b_%c_%d'
                          ^^^^^^^^^^^^^
  help: join several LIKEs with AND
