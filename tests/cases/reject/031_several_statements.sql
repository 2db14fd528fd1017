SELECT * FROM ztf WHERE candidate.rb > 0.5; DROP TABLE alerts
---- refused ----
error[several-statements]: a filter is one statement; something follows the semicolon
  --> several_statements.sql:1:45
  1 | SELECT * FROM ztf WHERE candidate.rb > 0.5; DROP TABLE alerts
                                                  ^^^^
  help: put each filter in a file of its own
