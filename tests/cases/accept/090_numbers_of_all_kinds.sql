SELECT * FROM ztf
WHERE candidate.rb > .5 AND candidate.magpsf < 1.8e1 AND candid > 1_000_000 AND candid > -9223372036854775808 AND candidate.fwhm < 1.7976931348623157e308
---- duckdb ----
"candidate"."rb" > 0.5E0 AND "candidate"."magpsf" < 18E0 AND "candid" > 1000000 AND "candid" > -9223372036854775808 AND "candidate"."fwhm" < 1.7976931348623157E308
---- flink ----
`candidate`.`rb` > 0.5E0 AND `candidate`.`magpsf` < 18E0 AND `candid` > 1000000 AND `candid` > -9223372036854775808 AND `candidate`.`fwhm` < 1.7976931348623157E308
