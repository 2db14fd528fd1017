SELECT * WHERE candidate.rb > 0.5
---- refused ----
error[no-survey]: FROM is missing
  --> from_missing.sql:1:1
  1 | SELECT * WHERE candidate.rb > 0.5
      ^^^^^^
  help: write SELECT * FROM <survey> WHERE <condition>
