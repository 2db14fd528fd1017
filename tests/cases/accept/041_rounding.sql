SELECT * FROM ztf
WHERE round(candidate.magpsf) = 18 AND floor(candidate.jd) = 2459000 AND ceil(candidate.rb) = 1 AND trunc(candidate.magdiff) = 0
---- duckdb ----
ROUND("candidate"."magpsf") = 18E0 AND FLOOR("candidate"."jd") = 2459000E0 AND CEIL("candidate"."rb") = 1E0 AND ABS(TRUNC("candidate"."magdiff")) = 0E0
---- flink ----
ROUND(`candidate`.`magpsf`) = 18E0 AND FLOOR(`candidate`.`jd`) = 2459000E0 AND CEIL(`candidate`.`rb`) = 1E0 AND ABS(CASE WHEN `candidate`.`magdiff` < 0E0 THEN CEIL(`candidate`.`magdiff`) ELSE FLOOR(`candidate`.`magdiff`) END) = 0E0
