DROP TABLE alerts
---- refused ----
error[not-a-filter]: a filter cannot drop: it only reads alerts
  --> drop_table.sql:1:1
  1 | DROP TABLE alerts
      ^^^^
  help: write SELECT * FROM <survey> WHERE <condition>
