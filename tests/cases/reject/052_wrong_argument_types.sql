SELECT * FROM ztf WHERE abs(objectId) > 1 AND lower(candidate.rb) = 'a' AND cardinality(objectId) > 1 AND mod(candidate.rb, 2) = 0
---- refused ----
error[type-mismatch]: abs(x) takes a number, and this is a text
  --> wrong_argument_types.sql:1:29
  1 | SELECT * FROM ztf WHERE abs(objectId) > 1 AND lower(candidate.rb) = 'a' AND cardinality(objectId) > …
                                  ^^^^^^^^
  help: it is written abs(x)

error[type-mismatch]: lower(text) takes a text, and this is a number
  --> wrong_argument_types.sql:1:53
  1 | … FROM ztf WHERE abs(objectId) > 1 AND lower(candidate.rb) = 'a' AND cardinality(objectId) > 1 AND mo…
                                                   ^^^^^^^^^^^^
  help: it is written lower(text)

error[type-mismatch]: cardinality(list) takes a list, and this is a text
  --> wrong_argument_types.sql:1:89
  1 | …jectId) > 1 AND lower(candidate.rb) = 'a' AND cardinality(objectId) > 1 AND mod(candidate.rb, 2) = 0
                                                                 ^^^^^^^^
  help: write length(x) for a text

error[type-mismatch]: mod(a) takes an integer, and this is a DOUBLE
  --> wrong_argument_types.sql:1:111
  1 | …jectId) > 1 AND lower(candidate.rb) = 'a' AND cardinality(objectId) > 1 AND mod(candidate.rb, 2) = 0
                                                                                       ^^^^^^^^^^^^
  help: it is written mod(a, b)
