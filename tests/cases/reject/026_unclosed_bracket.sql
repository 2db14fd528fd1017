SELECT * FROM ztf WHERE (candidate.rb > 0.5 AND (candidate.fid = 1)
---- refused ----
error[unbalanced]: this ( is never closed
  --> unclosed_bracket.sql:1:25
  1 | SELECT * FROM ztf WHERE (candidate.rb > 0.5 AND (candidate.fid = 1)
                              ^
  help: close it, or leave it out
