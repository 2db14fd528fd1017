SELECT * FROM ztf WHERE candidate.rb > 0.5)
---- refused ----
error[unbalanced]: nothing is open for this )
  --> unopened_bracket.sql:1:43
  1 | SELECT * FROM ztf WHERE candidate.rb > 0.5)
                                                ^
  help: leave it out, or open one before
