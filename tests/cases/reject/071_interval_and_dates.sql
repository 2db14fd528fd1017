SELECT * FROM ztf WHERE candidate.jd > INTERVAL 3 DAY AND extract(year FROM candidate.jd) = 2020 AND DATE '2020-01-01' > 1
---- refused ----
error[not-supported]: times are numbers of days here
  --> interval_and_dates.sql:1:40
  1 | SELECT * FROM ztf WHERE candidate.jd > INTERVAL 3 DAY AND extract(year FROM candidate.jd) = 2020 AND…
                                             ^^^^^^^^
  help: use candidate.jd - 0.5, say

error[not-supported]: times are numbers of days here
  --> interval_and_dates.sql:1:77
  1 | …E candidate.jd > INTERVAL 3 DAY AND extract(year FROM candidate.jd) = 2020 AND DATE '2020-01-01' > 1
                                                             ^^^^^^^^^^^^
  help: compare the JD or MJD field

error[bad-cast]: this type cannot be cast to with one meaning in both engines
  --> interval_and_dates.sql:1:107
  1 | …E candidate.jd > INTERVAL 3 DAY AND extract(year FROM candidate.jd) = 2020 AND DATE '2020-01-01' > 1
                                                                                           ^^^^^^^^^^^^
  help: times are numbers of days here: compare the JD or MJD field
