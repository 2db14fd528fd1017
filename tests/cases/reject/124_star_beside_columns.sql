SELECT *, candidate.rb AS rb, candidate.mag FROM ztf WHERE candidate.rb > 0.5
---- refused ----
error[not-supported]: a star stands alone: it is the packet, and columns make a message of their own
  --> star_beside_columns.sql:1:8
  1 | SELECT *, candidate.rb AS rb, candidate.mag FROM ztf WHERE candidate.rb > 0.5
             ^
  help: write SELECT *, or only columns

error[unknown-field]: ztf has no field 'candidate.mag'
  --> star_beside_columns.sql:1:31
  1 | SELECT *, candidate.rb AS rb, candidate.mag FROM ztf WHERE candidate.rb > 0.5
                                    ^^^^^^^^^^^^^
  help: did you mean 'candidate.magap' (in mag) or 'candidate.magnr' (in mag) or 'candidate.magpsf' (in mag)?
