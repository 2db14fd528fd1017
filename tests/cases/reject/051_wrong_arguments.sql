SELECT * FROM ztf WHERE abs(candidate.rb, 2) > 0.5 AND atan2(1) > 0 AND substring(objectId) = 'a'
---- refused ----
error[wrong-arguments]: abs takes 1 argument, and this has 2
  --> wrong_arguments.sql:1:25
  1 | SELECT * FROM ztf WHERE abs(candidate.rb, 2) > 0.5 AND atan2(1) > 0 AND substring(objectId) = 'a'
                              ^^^^^^^^^^^^^^^^^^^^
  help: write abs(x)

error[wrong-arguments]: atan2 takes 2 arguments, and this has 1
  --> wrong_arguments.sql:1:56
  1 | SELECT * FROM ztf WHERE abs(candidate.rb, 2) > 0.5 AND atan2(1) > 0 AND substring(objectId) = 'a'
                                                             ^^^^^^^^
  help: write atan2(y, x)

error[wrong-arguments]: substring takes 2 to 3 arguments, and this has 1
  --> wrong_arguments.sql:1:83
  1 | SELECT * FROM ztf WHERE abs(candidate.rb, 2) > 0.5 AND atan2(1) > 0 AND substring(objectId) = 'a'
                                                                                        ^^^^^^^^
  help: write substring(text, start [, count])
