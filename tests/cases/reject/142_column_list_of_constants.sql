SELECT [1, 2] AS l, {'a': 1} AS s, (1, 2) AS t FROM ztf WHERE candidate.rb > 0.5
---- refused ----
error[not-supported]: lists cannot be written in a filter
  --> column_list_of_constants.sql:1:9
  1 | SELECT [1, 2] AS l, {'a': 1} AS s, (1, 2) AS t FROM ztf WHERE candidate.rb > 0.5
              ^^^^
  help: use IN (…) to compare with several

error[not-supported]: records cannot be written in a filter
  --> column_list_of_constants.sql:1:27
  1 | SELECT [1, 2] AS l, {'a': 1} AS s, (1, 2) AS t FROM ztf WHERE candidate.rb > 0.5
                                ^
  help: name the fields one by one

error[not-supported]: a list in brackets is only for IN
  --> column_list_of_constants.sql:1:36
  1 | SELECT [1, 2] AS l, {'a': 1} AS s, (1, 2) AS t FROM ztf WHERE candidate.rb > 0.5
                                         ^^^^^^
  help: compare the parts one by one with AND
