SELECT * FROM ztf
WHERE candidate.magpfs < 18
  AND candidate.fid = 'g'
  AND foo(candidate.rb) > 1
  AND candidate.rb
---- refused ----
error[unknown-field]: ztf has no field 'candidate.magpfs'
  --> several_faults.sql:2:7
  2 | WHERE candidate.magpfs < 18
            ^^^^^^^^^^^^^^^^
  help: did you mean 'candidate.magpsf' (in mag) or 'candidate.magap' (in mag) or 'candidate.magzpsci' (in mag)?

error[type-mismatch]: an integer cannot be compared with a text
  --> several_faults.sql:3:7
  3 |   AND candidate.fid = 'g'
            ^^^^^^^^^^^^^^^^^^^
  help: texts are compared, matched with LIKE and joined with ||

error[unknown-function]: there is no function 'foo'
  --> several_faults.sql:4:7
  4 |   AND foo(candidate.rb) > 1
            ^^^
  help: did you mean 'floor'?

error[not-a-condition]: a condition is true or false, and this is a number
  --> several_faults.sql:5:7
  5 |   AND candidate.rb
            ^^^^^^^^^^^^
  help: compare it: … > 0.5, say
