SELECT * FROM ztf
WHERE regexp_matches(objectId, '(?=a)')
  AND regexp_matches(objectId, '(a+)+b')
  AND regexp_matches(objectId, '\bZTF')
  AND regexp_matches(objectId, '[a-')
  AND regexp_matches(objectId, '(a|b){0,30}')
  AND regexp_matches(objectId, 'a++')
  AND regexp_matches(objectId, '(a)\1')
  AND regexp_matches(objectId, '')
---- refused ----
error[bad-pattern]: looking ahead is not in the language
  --> bad_regular_expressions.sql:2:33
  2 | WHERE regexp_matches(objectId, '(?=a)')
                                      ^^^
  help: a pattern is made of characters . [sets] \d \w \s \D \W \S ^ $ (groups) | * + ? {n,m}, and (?i) first of all

error[bad-pattern]: a group can be repeated at most a fixed number of times
  --> bad_regular_expressions.sql:3:33
  3 |   AND regexp_matches(objectId, '(a+)+b')
                                      ^^^^^
  help: give a number: {0,20}; or repeat a single character or [set]

error[bad-pattern]: \b is not in the language
  --> bad_regular_expressions.sql:4:33
  4 |   AND regexp_matches(objectId, '\bZTF')
                                      ^^
  help: write what stands at the word's edge: (^|[^a-z])

error[bad-pattern]: this [ is never closed
  --> bad_regular_expressions.sql:5:33
  5 |   AND regexp_matches(objectId, '[a-')
                                      ^
  help: close it, or write \[

error[bad-pattern]: this pattern can match in too many ways
  --> bad_regular_expressions.sql:6:33
  6 |   AND regexp_matches(objectId, '(a|b){0,30}')
                                      ^^^^^^^^^^^
  help: use fewer ?, | and {n,m}; write [ab] for (a|b)

error[bad-pattern]: possessive repetition is not in the language
  --> bad_regular_expressions.sql:7:35
  7 |   AND regexp_matches(objectId, 'a++')
                                        ^
  help: a pattern is made of characters . [sets] \d \w \s \D \W \S ^ $ (groups) | * + ? {n,m}, and (?i) first of all

error[bad-pattern]: \1 is not in the language
  --> bad_regular_expressions.sql:8:36
  8 |   AND regexp_matches(objectId, '(a)\1')
                                         ^^
  help: what matched before cannot be used again

error[bad-pattern]: an empty pattern matches everything
  --> bad_regular_expressions.sql:9:32
  9 |   AND regexp_matches(objectId, '')
                                     ^^
  help: leave it out
