SELECT DISTINCT * FROM ztf WHERE candidate.rb > 0.5 GROUP BY objectId HAVING count(*) > 1 ORDER BY candidate.jd LIMIT 10 OFFSET 5
---- refused ----
error[not-supported]: a filter judges one alert at a time: DISTINCT has no meaning
  --> group_order_limit.sql:1:8
  1 | SELECT DISTINCT * FROM ztf WHERE candidate.rb > 0.5 GROUP BY objectId HAVING count(*) > 1 ORDER BY c…
             ^^^^^^^^
  help: leave DISTINCT out

error[not-supported]: a filter judges one alert at a time: there is nothing to group
  --> group_order_limit.sql:1:53
  1 | … DISTINCT * FROM ztf WHERE candidate.rb > 0.5 GROUP BY objectId HAVING count(*) > 1 ORDER BY candida…
                                                     ^^^^^^^^
  help: leave GROUP BY out

error[not-supported]: a filter judges one alert at a time: there are no groups
  --> group_order_limit.sql:1:71
  1 | …ztf WHERE candidate.rb > 0.5 GROUP BY objectId HAVING count(*) > 1 ORDER BY candidate.jd LIMIT 10 OF…
                                                      ^^^^^^
  help: put the condition into WHERE

error[not-supported]: a stream has the order it arrives in
  --> group_order_limit.sql:1:91
  1 | …ERE candidate.rb > 0.5 GROUP BY objectId HAVING count(*) > 1 ORDER BY candidate.jd LIMIT 10 OFFSET 5
                                                                    ^^^^^^^^
  help: leave ORDER BY out

error[not-supported]: a filter passes every alert that fits: it has no LIMIT
  --> group_order_limit.sql:1:113
  1 | …ERE candidate.rb > 0.5 GROUP BY objectId HAVING count(*) > 1 ORDER BY candidate.jd LIMIT 10 OFFSET 5
                                                                                          ^^^^^
  help: leave it out

error[not-supported]: a filter passes every alert that fits: it has no OFFSET
  --> group_order_limit.sql:1:122
  1 | …ERE candidate.rb > 0.5 GROUP BY objectId HAVING count(*) > 1 ORDER BY candidate.jd LIMIT 10 OFFSET 5
                                                                                                   ^^^^^^
  help: leave it out
