SELECT * FROM ztf
WHERE prv_candidates[1].magpsf - candidate.magpsf > 1
---- duckdb ----
CASE WHEN ABS("prv_candidates"[1]."magpsf" - "candidate"."magpsf") <= 1.7976931348623157E308 THEN "prv_candidates"[1]."magpsf" - "candidate"."magpsf" END > 1E0
---- flink ----
CASE WHEN ABS(`prv_candidates`[1].`magpsf` - `candidate`.`magpsf`) <= 1.7976931348623157E308 THEN `prv_candidates`[1].`magpsf` - `candidate`.`magpsf` END > 1E0
