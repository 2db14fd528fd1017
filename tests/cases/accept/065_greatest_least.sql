SELECT * FROM ztf
WHERE greatest(candidate.rb, candidate.drb) > 0.9 AND least(candidate.rb, candidate.drb, 1) > 0.5
---- duckdb ----
CASE WHEN "candidate"."rb" IS NOT NULL AND "candidate"."drb" IS NOT NULL THEN GREATEST("candidate"."rb", "candidate"."drb") END > 0.9E0 AND CASE WHEN "candidate"."rb" IS NOT NULL AND "candidate"."drb" IS NOT NULL THEN LEAST("candidate"."rb", "candidate"."drb", 1E0) END > 0.5E0
---- flink ----
GREATEST(`candidate`.`rb`, `candidate`.`drb`) > 0.9E0 AND LEAST(`candidate`.`rb`, `candidate`.`drb`, 1E0) > 0.5E0
