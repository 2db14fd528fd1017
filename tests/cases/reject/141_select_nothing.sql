SELECT FROM ztf WHERE candidate.rb > 0.5
---- refused ----
error[syntax]: SELECT needs a star or columns
  --> select_nothing.sql:1:1
  1 | SELECT FROM ztf WHERE candidate.rb > 0.5
      ^^^^^^
  help: write SELECT *, or the columns that you want
