SELECT * FROM ztf WHERE NOT (candidate.rb > 0.5 AND NOT candidate.fid = 1)
---- duckdb ----
NOT ("candidate"."rb" > 0.5E0 AND NOT ("candidate"."fid" = 1))
---- flink ----
NOT (`candidate`.`rb` > 0.5E0 AND NOT (`candidate`.`fid` = 1))
