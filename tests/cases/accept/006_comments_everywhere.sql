-- Note: prose is not a key
-- name: commented
SELECT * /* the packet */ FROM ztf -- all of it
WHERE candidate.rb /* real */ > 0.5 -- enough
---- duckdb ----
"candidate"."rb" > 0.5E0
---- flink ----
`candidate`.`rb` > 0.5E0
