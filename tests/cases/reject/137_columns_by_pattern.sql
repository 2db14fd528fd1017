SELECT COLUMNS('cand.*') AS c, UNNEST(prv_candidates) AS p FROM ztf WHERE candidate.rb > 0.5
---- refused ----
error[unknown-function]: there is no function 'COLUMNS'
  --> columns_by_pattern.sql:1:8
  1 | SELECT COLUMNS('cand.*') AS c, UNNEST(prv_candidates) AS p FROM ztf WHERE candidate.rb > 0.5
             ^^^^^^^
  help: name each column

error[unknown-function]: there is no function 'UNNEST'
  --> columns_by_pattern.sql:1:32
  1 | SELECT COLUMNS('cand.*') AS c, UNNEST(prv_candidates) AS p FROM ztf WHERE candidate.rb > 0.5
                                     ^^^^^^
  help: they are listed by `minibroker functions`, and by \df in the shell
