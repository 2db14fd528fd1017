SELECT * FROM ztf WHERE CAST(candid AS VARCHAR(5)) = '33501'
---- refused ----
error[bad-cast]: this type cannot be cast to with one meaning in both engines
  --> cast_with_a_length.sql:1:25
  1 | SELECT * FROM ztf WHERE CAST(candid AS VARCHAR(5)) = '33501'
                              ^^^^^^^^^^^^^^^^^^^^^^^^^^
  help: CAST to DOUBLE, BIGINT (from an integer) or VARCHAR (from an integer)
