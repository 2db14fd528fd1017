SELECT * FROM ztf
WHERE candidate.distpsnr1 IS NULL OR candidate.distpsnr1 > 1.5 OR candidate.sgscore1 < 0.5
---- duckdb ----
"candidate"."distpsnr1" IS NULL OR "candidate"."distpsnr1" > 1.5E0 OR "candidate"."sgscore1" < 0.5E0
---- flink ----
`candidate`.`distpsnr1` IS NULL OR `candidate`.`distpsnr1` > 1.5E0 OR `candidate`.`sgscore1` < 0.5E0
---- warnings ----
warning[sentinel]: this passes where candidate.sgscore1 is -999, which stands for nothing there
  --> three_valued_or.sql:2:67
  2 | WHERE candidate.distpsnr1 IS NULL OR candidate.distpsnr1 > 1.5 OR candidate.sgscore1 < 0.5
                                                                        ^^^^^^^^^^^^^^^^^^^^^^^^
  help: add AND candidate.sgscore1 >= 0
