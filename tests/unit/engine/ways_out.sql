-- Reading a file
SELECT * FROM read_csv('{secret}')
SELECT * FROM read_csv_auto('{secret}')
SELECT * FROM read_text('{secret}')
SELECT * FROM read_blob('{secret}')
SELECT * FROM read_json('{secret}')
SELECT * FROM read_json_auto('{secret}')
SELECT * FROM read_ndjson('{secret}')
SELECT * FROM read_json_objects('{secret}')
SELECT * FROM read_parquet('{parquet}')
SELECT * FROM parquet_scan('{parquet}')
SELECT * FROM parquet_metadata('{parquet}')
SELECT * FROM parquet_schema('{parquet}')
SELECT * FROM parquet_file_metadata('{parquet}')
SELECT * FROM parquet_kv_metadata('{parquet}')
SELECT * FROM parquet_bloom_probe('{parquet}', 'candid', 1)
SELECT * FROM read_duckdb('{secret}')
SELECT * FROM sniff_csv('{secret}')
SELECT * FROM glob('{folder}/*')
SELECT * FROM glob('/etc/*')
SELECT * FROM '{secret}'
SELECT * FROM '{parquet}'
SELECT * FROM "{parquet}"
SELECT * FROM '/etc/passwd'
SELECT * FROM 'file://{secret}'
SELECT * FROM ztf JOIN '{secret}' ON true
SELECT (SELECT any_value(content) FROM read_text('{secret}')) FROM ztf
SELECT * FROM ztf WHERE EXISTS (FROM read_csv('{secret}'))
WITH s AS (FROM read_text('{secret}')) SELECT * FROM s
WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s, '{secret}' WHERE n < 2) FROM s
SELECT list_transform([1], lambda x: (SELECT any_value(content) FROM read_text('{secret}')))
FROM ztf, LATERAL (SELECT * FROM read_text('{secret}'))
SELECT * FROM (VALUES (1)) UNION ALL SELECT 1 FROM read_csv('{secret}')
FROM READ_CSV('{secret}')
FROM main.read_csv('{secret}')
FROM system.main.read_text('{secret}')
SUMMARIZE '{secret}'
DESCRIBE '{secret}'
DESCRIBE SELECT * FROM read_csv('{secret}')
EXPLAIN ANALYZE SELECT * FROM read_csv('{secret}')
EXPLAIN ANALYZE SELECT * FROM '{parquet}'
-- SQL in a text
SELECT * FROM query('FROM read_csv(''{secret}'')')
SELECT * FROM query_table('{secret}')
SELECT * FROM query_table('ztf')
SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))
PREPARE p AS SELECT * FROM read_csv('{secret}')
EXECUTE p
CREATE MACRO m() AS TABLE SELECT * FROM read_csv('{secret}')
CREATE TEMP MACRO m(x) AS x + 1
CREATE FUNCTION f(x) AS x
-- Writing
COPY (SELECT 1) TO '{folder}/written.csv'
COPY ztf TO '{folder}/written.parquet' (FORMAT parquet)
COPY ztf TO '{part}' (FORMAT parquet, USE_TMP_FILE false)
EXPLAIN ANALYZE COPY ztf TO '{part}' (FORMAT parquet, USE_TMP_FILE false)
WITH w AS (COPY ztf TO '{part}' (FORMAT parquet)) SELECT 1
COPY ztf FROM '{secret}'
COPY FROM DATABASE memory TO other
EXPORT DATABASE '{folder}/exported'
IMPORT DATABASE '{folder}/exported'
CREATE TABLE t AS SELECT * FROM ztf
CREATE TEMP TABLE t (a INTEGER)
CREATE OR REPLACE VIEW ztf AS SELECT 1
CREATE SCHEMA s
CREATE SEQUENCE s
CREATE TYPE t AS ENUM ('a')
DROP VIEW ztf
ALTER VIEW ztf RENAME TO other
INSERT INTO ztf VALUES (1)
WITH w AS (INSERT INTO ztf VALUES (1) RETURNING *) FROM w
UPDATE ztf SET candid = 1
DELETE FROM ztf
TRUNCATE ztf
MERGE INTO ztf USING ztf AS o ON true WHEN MATCHED THEN DELETE
BEGIN TRANSACTION
CHECKPOINT
FORCE CHECKPOINT
VACUUM
ANALYZE
SELECT write_log('written', level := 'info')
CALL enable_logging(storage = 'file', storage_config = {{'path': '{folder}/log'}})
SELECT * FROM enable_logging('QueryLog', storage := 'file', storage_path := '{folder}/log')
SELECT * FROM truncate_duckdb_logs()
SELECT * FROM checkpoint()
-- Other databases, extensions, the network
ATTACH '{folder}/other.db'
ATTACH ':memory:' AS other
DETACH memory
USE other
INSTALL httpfs
INSTALL httpfs FROM 'https://extensions.example/'
FORCE INSTALL json
LOAD httpfs
LOAD '{folder}/evil.duckdb_extension'
UPDATE EXTENSIONS
SELECT * FROM read_parquet('https://alerts.example/a.parquet')
SELECT * FROM 'https://alerts.example/a.csv'
SELECT * FROM read_text('s3://bucket/key')
CREATE SECRET s (TYPE s3, KEY_ID 'a', SECRET 'b')
CREATE PERSISTENT SECRET s (TYPE http, BEARER_TOKEN 'b')
DROP SECRET s
SELECT * FROM duckdb_secrets()
SELECT * FROM which_secret('s3://bucket', 's3')
-- Settings
SET enable_external_access = true
SET lock_configuration = false
SET memory_limit = '1TB'
SET threads = 64
SET temp_directory = '{folder}'
SET allowed_paths = ['{secret}']
SET allowed_directories = ['/']
SET GLOBAL log_query_path = '{folder}/log'
SET VARIABLE x = (SELECT any_value(content) FROM read_text('{secret}'))
SET search_path = 'system'
RESET enable_external_access
RESET lock_configuration
PRAGMA enable_profiling
PRAGMA enable_external_access
PRAGMA profiling_output = '{folder}/profile'
PRAGMA import_database('{folder}')
CALL pragma_version()
SELECT * FROM duckdb_settings()
SELECT * FROM pragma_user_agent()
SELECT * FROM duckdb_external_file_cache()
SELECT current_setting('allowed_paths')
SELECT getvariable('x')
-- The process
SELECT getenv('PATH')
SELECT * FROM secret_rows
SELECT * FROM python_map_function()
SELECT * FROM arrow_scan(1, 2, 3)
SELECT * FROM pandas_scan(94000000000000)
SELECT * FROM python_arrow_scan(1, 2, 3)
SELECT * FROM seq_scan(1)
-- Several at once
SELECT 1; COPY (SELECT 1) TO '{folder}/written.csv'
SELECT 1; SET lock_configuration = false
/* EXPLAIN */ COPY (SELECT 1) TO '{folder}/written.csv'
EXPLAIN SELECT 1; COPY (SELECT 1) TO '{folder}/written.csv'
EXPLAIN EXPLAIN ANALYZE COPY (SELECT 1) TO '{folder}/written.csv'
EXPLAIN (ANALYZE) COPY (SELECT 1) TO '{folder}/written.csv'
