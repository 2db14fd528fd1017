SELECT * FROM ztf
WHERE candidate.ssnamenr IS DISTINCT FROM 'null' AND candidate.fid IS NOT DISTINCT FROM 2
---- duckdb ----
"candidate"."ssnamenr" IS DISTINCT FROM 'null' AND "candidate"."fid" IS NOT DISTINCT FROM 2
---- flink ----
`candidate`.`ssnamenr` IS DISTINCT FROM 'null' AND `candidate`.`fid` IS NOT DISTINCT FROM 2
