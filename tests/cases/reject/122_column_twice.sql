SELECT candidate.ra, candidate.dec AS ra, candid AS RA, objectId AS a, candid AS a FROM ztf WHERE candidate.rb > 0.5
---- refused ----
error[repeated-column]: there are two columns 'ra'
  --> column_twice.sql:1:22
  1 | SELECT candidate.ra, candidate.dec AS ra, candid AS RA, objectId AS a, candid AS a FROM ztf WHERE ca…
                           ^^^^^^^^^^^^^^^^^^^
  help: give one of them another name: AS ra_2, say

error[repeated-column]: 'RA' stands beside 'ra': case does not tell columns apart
  --> column_twice.sql:1:43
  1 | SELECT candidate.ra, candidate.dec AS ra, candid AS RA, objectId AS a, candid AS a FROM ztf WHERE ca…
                                                ^^^^^^^^^^^^
  help: give one of them another name: AS RA_2, say

error[repeated-column]: there are two columns 'a'
  --> column_twice.sql:1:72
  1 | ….ra, candidate.dec AS ra, candid AS RA, objectId AS a, candid AS a FROM ztf WHERE candidate.rb > 0.5
                                                              ^^^^^^^^^^^
  help: give one of them another name: AS a_2, say
