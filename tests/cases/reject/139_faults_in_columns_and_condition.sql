-- format: avr
SELECT candidate.rb + 'a' AS x, candidate.fid AND TRUE AS y FROM ztf WHERE candidate.mag < 18 GROUP BY x
---- refused ----
error[bad-format]: 'avr' is no format
  --> faults_in_columns_and_condition.sql:1:12
  1 | -- format: avr
                 ^^^
  help: write json or avro

error[type-mismatch]: '+' takes numbers, and this is a text
  --> faults_in_columns_and_condition.sql:2:23
  2 | SELECT candidate.rb + 'a' AS x, candidate.fid AND TRUE AS y FROM ztf WHERE candidate.mag < 18 GROUP …
                            ^^^
  help: texts are compared, matched with LIKE and joined with ||

error[not-a-condition]: a condition is true or false, and this is an integer
  --> faults_in_columns_and_condition.sql:2:33
  2 | SELECT candidate.rb + 'a' AS x, candidate.fid AND TRUE AS y FROM ztf WHERE candidate.mag < 18 GROUP …
                                      ^^^^^^^^^^^^^
  help: compare it: … = 1, or … <> 0

error[unknown-field]: ztf has no field 'candidate.mag'
  --> faults_in_columns_and_condition.sql:2:76
  2 | …CT candidate.rb + 'a' AS x, candidate.fid AND TRUE AS y FROM ztf WHERE candidate.mag < 18 GROUP BY x
                                                                              ^^^^^^^^^^^^^
  help: did you mean 'candidate.magap' (in mag) or 'candidate.magnr' (in mag) or 'candidate.magpsf' (in mag)?

error[not-supported]: a filter judges one alert at a time: there is nothing to group
  --> faults_in_columns_and_condition.sql:2:95
  2 | …CT candidate.rb + 'a' AS x, candidate.fid AND TRUE AS y FROM ztf WHERE candidate.mag < 18 GROUP BY x
                                                                                                 ^^^^^^^^
  help: leave GROUP BY out
