SELECT * FROM ztf
WHERE regexp_matches(candidate.ssnamenr, '(?i)^c/20\d\d.*s')
---- duckdb ----
REGEXP_MATCHES("candidate"."ssnamenr", '^[cC]\/20[0-9][0-9][^\n]*[sS]')
---- flink ----
REGEXP(`candidate`.`ssnamenr`, '^[cC]\/20[0-9][0-9][^\n]*[sS]')
