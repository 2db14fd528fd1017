SELECT * FROM ztf WHERE CAST(candidate.rb AS BIGINT) = 1 AND CAST(candidate.fid AS INT) = 1 AND CAST(objectId AS DOUBLE) > 1 AND CAST(candidate.rb AS FLOAT) > 0.5 AND CAST(candidate.rb AS VARCHAR) = 'a'
---- refused ----
error[bad-cast]: a number cannot be cast to BIGINT
  --> bad_casts.sql:1:25
  1 | SELECT * FROM ztf WHERE CAST(candidate.rb AS BIGINT) = 1 AND CAST(candidate.fid AS INT) = 1 AND CAST…
                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  help: only integers can be cast to BIGINT; use floor, ceil, trunc or round

error[bad-cast]: this type cannot be cast to with one meaning in both engines
  --> bad_casts.sql:1:62
  1 | …CAST(candidate.rb AS BIGINT) = 1 AND CAST(candidate.fid AS INT) = 1 AND CAST(objectId AS DOUBLE) > 1…
                                            ^^^^^^^^^^^^^^^^^^^^^^^^^^
  help: write CAST(x AS BIGINT) for an integer, floor(x) for a DOUBLE

error[bad-cast]: a text cannot be cast to DOUBLE
  --> bad_casts.sql:1:97
  1 | …ND CAST(candidate.fid AS INT) = 1 AND CAST(objectId AS DOUBLE) > 1 AND CAST(candidate.rb AS FLOAT) >…
                                             ^^^^^^^^^^^^^^^^^^^^^^^^
  help: only numbers can be cast to DOUBLE

error[bad-cast]: this type cannot be cast to with one meaning in both engines
  --> bad_casts.sql:1:130
  1 | …ND CAST(objectId AS DOUBLE) > 1 AND CAST(candidate.rb AS FLOAT) > 0.5 AND CAST(candidate.rb AS VARCH…
                                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^
  help: write CAST(x AS DOUBLE): FLOAT would round what is compared

error[bad-cast]: a number cannot be cast to VARCHAR
  --> bad_casts.sql:1:168
  1 | …bjectId AS DOUBLE) > 1 AND CAST(candidate.rb AS FLOAT) > 0.5 AND CAST(candidate.rb AS VARCHAR) = 'a'
                                                                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  help: only integers and texts can be cast to VARCHAR
