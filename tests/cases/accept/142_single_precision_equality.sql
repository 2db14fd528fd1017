SELECT *
FROM ztf
WHERE candidate.rb <> 0.65 AND candidate.magpsf IN (18.5, 18.6)
---- duckdb ----
"candidate"."rb" <> 0.65E0 AND "candidate"."magpsf" IN (18.5E0, 18.6E0)
---- flink ----
`candidate`.`rb` <> 0.65E0 AND `candidate`.`magpsf` IN (18.5E0, 18.6E0)
---- warnings ----
warning[float-equality]: candidate.rb is never 0.65: it has single precision
  --> single_precision_equality.sql:3:23
  3 | WHERE candidate.rb <> 0.65 AND candidate.magpsf IN (18.5, 18.6)
                            ^^^^
  help: the nearest that it can be is 0.6499999761581421; or compare with < and >

warning[float-equality]: candidate.magpsf is never 18.6: it has single precision
  --> single_precision_equality.sql:3:59
  3 | WHERE candidate.rb <> 0.65 AND candidate.magpsf IN (18.5, 18.6)
                                                                ^^^^
  help: the nearest that it can be is 18.600000381469727; or compare with < and >
