-- format: avro
SELECT * EXCLUDE (cutoutScience) FROM ztf WHERE candidate.rb > 0.5
---- refused ----
error[bad-format]: a format belongs to a list of columns: the packet is sent as it came
  --> format_of_a_star.sql:1:12
  1 | -- format: avro
                 ^^^^
  help: leave the comment out, or name columns: SELECT objectId, candidate.ra FROM …
