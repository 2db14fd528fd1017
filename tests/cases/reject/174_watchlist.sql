SELECT * FROM ztf WHERE in_watchlist('agn', candidate.ra, candidate.dec)
---- refused ----
error[unknown-function]: there is no function 'in_watchlist'
  --> watchlist.sql:1:25
  1 | SELECT * FROM ztf WHERE in_watchlist('agn', candidate.ra, candidate.dec)
                              ^^^^^^^^^^^^
  help: lists of positions are not here yet: join a few by OR, each written as cone(candidate.ra, candidate.dec, ra0, dec0, arcsec)
