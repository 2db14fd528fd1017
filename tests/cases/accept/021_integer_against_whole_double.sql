SELECT * FROM ztf
WHERE candid > 1.5e18
---- duckdb ----
"candid" > 1500000000000000000
---- flink ----
`candid` > 1500000000000000000
