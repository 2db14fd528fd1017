SELECT * FROM ztf WHERE candidate.rb > ? AND candidate.fid = :fid
---- refused ----
error[not-supported]: a filter has no parameters
  --> parameters.sql:1:40
  1 | SELECT * FROM ztf WHERE candidate.rb > ? AND candidate.fid = :fid
                                             ^
  help: write the value itself

error[not-supported]: a filter has no parameters
  --> parameters.sql:1:63
  1 | SELECT * FROM ztf WHERE candidate.rb > ? AND candidate.fid = :fid
                                                                    ^^^
  help: write the value itself
