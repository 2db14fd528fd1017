SELECT * FROM ztf WHERE candidate.magpsf BETWEEN 17 18
---- refused ----
error[syntax]: '18' is not expected here
  --> between_without_and.sql:1:53
  1 | SELECT * FROM ztf WHERE candidate.magpsf BETWEEN 17 18
                                                          ^^
  help: AND, OR or an operator may be missing before it
