COPY alerts TO '/tmp/x'
---- refused ----
error[not-a-filter]: a filter cannot copy: it only reads alerts
  --> copy.sql:1:1
  1 | COPY alerts TO '/tmp/x'
      ^^^^
  help: write SELECT * FROM <survey> WHERE <condition>
