SELECT * FROM ztf WHERE candidate.rb BETWEEN SYMMETRIC 1 AND 0
---- refused ----
error[not-supported]: SYMMETRIC is not in the language
  --> between_symmetric.sql:1:25
  1 | SELECT * FROM ztf WHERE candidate.rb BETWEEN SYMMETRIC 1 AND 0
                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  help: write BETWEEN low AND high, the lower first
