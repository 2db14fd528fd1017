SELECT candidate.*, ztf.* FROM ztf WHERE candidate.rb > 0.5
---- refused ----
error[not-supported]: 'candidate.*' is not in the language: a star is the whole packet
  --> column_star_of_a_record.sql:1:8
  1 | SELECT candidate.*, ztf.* FROM ztf WHERE candidate.rb > 0.5
             ^^^^^^^^^^^
  help: write candidate for the whole record

error[not-supported]: 'ztf.*' is not in the language: a star is the whole packet
  --> column_star_of_a_record.sql:1:21
  1 | SELECT candidate.*, ztf.* FROM ztf WHERE candidate.rb > 0.5
                          ^^^^^
  help: write *
