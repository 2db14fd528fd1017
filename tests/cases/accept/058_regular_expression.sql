SELECT * FROM ztf
WHERE regexp_matches(objectId, '^ZTF(18|19)[a-z]+$')
---- duckdb ----
REGEXP_MATCHES("objectId", '^ZTF(?:18|19)[a-z]+\z')
---- flink ----
REGEXP(`objectId`, '^ZTF(?:18|19)[a-z]+\z')
