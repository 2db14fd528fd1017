SELECT * FROM ztf
WHERE candidate.ssnamenr <> 'Čiurlionis' AND candidate.ssnamenr <> 'null'
---- duckdb ----
"candidate"."ssnamenr" <> 'Čiurlionis' AND "candidate"."ssnamenr" <> 'null'
---- flink ----
`candidate`.`ssnamenr` <> 'Čiurlionis' AND `candidate`.`ssnamenr` <> 'null'
