SELECT * FROM ztf WHERE objectId LIKE candidate.rbversion AND objectId LIKE 'a!b' ESCAPE '!' AND objectId LIKE 'a' ESCAPE 'ab'
---- refused ----
error[not-a-literal]: a pattern is a literal
  --> like_needs_a_literal.sql:1:39
  1 | SELECT * FROM ztf WHERE objectId LIKE candidate.rbversion AND objectId LIKE 'a!b' ESCAPE '!' AND obj…
                                            ^^^^^^^^^^^^^^^^^^^
  help: write the pattern itself: LIKE 'ZTF18%'

error[bad-pattern]: the escape '!' must stand before %, _ or itself
  --> like_needs_a_literal.sql:1:77
  1 | …jectId LIKE candidate.rbversion AND objectId LIKE 'a!b' ESCAPE '!' AND objectId LIKE 'a' ESCAPE 'ab'
                                                         ^^^^^
  help: write !! for ! itself

error[bad-pattern]: the escape is one character that is no letter, digit, % or _
  --> like_needs_a_literal.sql:1:123
  1 | …jectId LIKE candidate.rbversion AND objectId LIKE 'a!b' ESCAPE '!' AND objectId LIKE 'a' ESCAPE 'ab'
                                                                                                       ^^^^
  help: write ESCAPE '!'
