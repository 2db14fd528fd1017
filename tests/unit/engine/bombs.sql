-- More rows than time
SELECT count(*) FROM range(100000000000)
SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t
SELECT sleep_ms(100000)
-- One value that takes minutes, which no interrupt ends
SELECT levenshtein(repeat('a', 200000), repeat('b', 200000))
SELECT jaro_winkler_similarity(repeat('ab', 2000000), repeat('ba', 2000000))
SELECT generate_series(TIMESTAMP '0001-01-01', TIMESTAMP '9999-01-01', INTERVAL 1 microsecond)
-- One value that takes gigabytes, which DuckDB does not count
SELECT repeat('x', 4000000000)
SELECT length(repeat('x', 2000000000))
SELECT lpad('x', 2000000000, 'y')
SELECT printf('%2000000000d', 1)
SELECT bitstring('1', 2000000000)
SELECT list_sum(range(300000000))
SELECT to_json(range(300000000))
SELECT list_transform(range(100000000), lambda x: list_sum(range(x)))
SELECT damerau_levenshtein(repeat('a', 30000), repeat('b', 30000))
-- More rows than memory
WITH RECURSIVE t(s) AS (SELECT 'x' UNION ALL SELECT s || s FROM t) SELECT max(length(s)) FROM t
SELECT string_agg(repeat('x', 1000000), '') FROM range(100000)
SELECT list(range) FROM range(1000000000)
SELECT count(DISTINCT range) FROM range(10000000000)
SELECT range FROM range(100000000) ORDER BY repeat(range::VARCHAR, 1000)
