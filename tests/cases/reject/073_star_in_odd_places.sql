SELECT * FROM ztf WHERE candidate.* IS NULL AND abs(*) > 1
---- refused ----
error[not-supported]: a star stands only after SELECT
  --> star_in_odd_places.sql:1:35
  1 | SELECT * FROM ztf WHERE candidate.* IS NULL AND abs(*) > 1
                                        ^
  help: name a field

error[not-supported]: a star stands only after SELECT
  --> star_in_odd_places.sql:1:53
  1 | SELECT * FROM ztf WHERE candidate.* IS NULL AND abs(*) > 1
                                                          ^
  help: name a field
