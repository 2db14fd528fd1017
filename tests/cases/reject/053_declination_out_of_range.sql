SELECT * FROM ztf WHERE cone(candidate.ra, candidate.dec, 10, 150, 60)
---- refused ----
error[out-of-range]: cone(dec0) lies between -90 and 90, and this is not
  --> declination_out_of_range.sql:1:63
  1 | SELECT * FROM ztf WHERE cone(candidate.ra, candidate.dec, 10, 150, 60)
                                                                    ^^^
  help: check its unit and the order: cone(ra, dec, ra0, dec0, radius)
