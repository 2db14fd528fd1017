SELECT * FROM ztf
WHERE (candidate.fid = 1 AND (candidate.rb > 0.5 OR candidate.drb > 0.5)) OR (candidate.fid = 2 AND candidate.nbad = 0)
---- duckdb ----
"candidate"."fid" = 1 AND ("candidate"."rb" > 0.5E0 OR "candidate"."drb" > 0.5E0) OR "candidate"."fid" = 2 AND "candidate"."nbad" = 0
---- flink ----
`candidate`.`fid` = 1 AND (`candidate`.`rb` > 0.5E0 OR `candidate`.`drb` > 0.5E0) OR `candidate`.`fid` = 2 AND `candidate`.`nbad` = 0
