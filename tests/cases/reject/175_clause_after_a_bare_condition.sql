candidate.rb > 0.5 ORDER BY candidate.magpsf
---- refused ----
error[not-supported]: a stream has the order it arrives in
  --> clause_after_a_bare_condition.sql:1:20
  1 | candidate.rb > 0.5 ORDER BY candidate.magpsf
                         ^^^^^^^^
  help: leave ORDER BY out
