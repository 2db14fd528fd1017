SELECT * FROM ztf
WHERE candidate.magpsf < CASE WHEN candidate.fid = 1 THEN 18.5 WHEN candidate.fid = 2 THEN 18 ELSE 17.5 END
---- duckdb ----
"candidate"."magpsf" < CASE WHEN "candidate"."fid" = 1 THEN 18.5E0 WHEN "candidate"."fid" = 2 THEN 18E0 ELSE 17.5E0 END
---- flink ----
`candidate`.`magpsf` < CASE WHEN `candidate`.`fid` = 1 THEN 18.5E0 WHEN `candidate`.`fid` = 2 THEN 18E0 ELSE 17.5E0 END
