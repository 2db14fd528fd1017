SELECT * EXCEPT (z.cutoutDifference, ztf.cutoutScience, cutoutScience) FROM ztf AS z
WHERE candidate.rb > 0.95
---- duckdb ----
"candidate"."rb" > 0.95E0
---- flink ----
`candidate`.`rb` > 0.95E0
---- sent ----
packet-without-cutouts cutoutScience cutoutDifference
