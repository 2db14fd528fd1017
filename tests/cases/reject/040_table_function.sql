SELECT * FROM read_parquet('/etc/passwd')
---- refused ----
error[not-supported]: a filter reads a survey's alerts: FROM takes the survey's name and nothing else
  --> table_function.sql:1:15
  1 | SELECT * FROM read_parquet('/etc/passwd')
                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^
  help: write FROM ztf, say
