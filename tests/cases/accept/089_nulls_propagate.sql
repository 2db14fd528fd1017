SELECT * FROM ztf
WHERE candidate.rb > coalesce(NULL, 0.5) AND (NULL OR candidate.fid = 1)
---- duckdb ----
"candidate"."rb" > 0.5E0 AND (CAST(NULL AS BOOLEAN) OR "candidate"."fid" = 1)
---- flink ----
`candidate`.`rb` > 0.5E0 AND (CAST(NULL AS BOOLEAN) OR `candidate`.`fid` = 1)
