-- format: avro
SELECT objectId AS "my object", candid AS "1st", candidate.rb AS "" FROM ztf WHERE candidate.rb > 0.5
---- refused ----
error[bad-column-name]: 'my object' cannot name a field in Avro
  --> column_names_in_avro.sql:2:8
  2 | SELECT objectId AS "my object", candid AS "1st", candidate.rb AS "" FROM ztf WHERE candidate.rb > 0.…
             ^^^^^^^^^^^^^^^^^^^^^^^
  help: a name is a letter or _ and then letters, digits and _, all of ASCII

error[bad-column-name]: '1st' cannot name a field in Avro
  --> column_names_in_avro.sql:2:33
  2 | SELECT objectId AS "my object", candid AS "1st", candidate.rb AS "" FROM ztf WHERE candidate.rb > 0.…
                                      ^^^^^^^^^^^^^^^
  help: a name is a letter or _ and then letters, digits and _, all of ASCII

error[unnamed-column]: a column that is computed needs a name
  --> column_names_in_avro.sql:2:50
  2 | …ELECT objectId AS "my object", candid AS "1st", candidate.rb AS "" FROM ztf WHERE candidate.rb > 0.5
                                                       ^^^^^^^^^^^^^^^^^^
  help: write … AS name
