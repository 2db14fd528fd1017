SELECT * FROM ztf WHERE candidate.rb.x > 1
---- refused ----
error[not-a-record]: 'candidate.rb' is a number, it has no parts
  --> part_of_a_number.sql:1:25
  1 | SELECT * FROM ztf WHERE candidate.rb.x > 1
                              ^^^^^^^^^^^^^^
  help: write candidate.rb
