SELECT * FROM ztf WHERE cone(candidate.ra, candidate.dec, 10, 15, -60)
---- refused ----
error[out-of-range]: cone(radius) is at least 0, and this is not
  --> negative_radius.sql:1:67
  1 | SELECT * FROM ztf WHERE cone(candidate.ra, candidate.dec, 10, 15, -60)
                                                                        ^^^
  help: check its unit and the order: cone(ra, dec, ra0, dec0, radius)
