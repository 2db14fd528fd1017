SELECT * FROM ztf WHERE contains(objectId, 'a') = 1 AND CONTAINS(POINT(1, 2), CIRCLE(1, 2, 3)) AND CONTAINS(POINT('GALACTIC', 1, 2), CIRCLE(1, 2, 3)) = 1 AND DISTANCE(POINT(1, 2), 3) < 1
---- refused ----
error[type-mismatch]: contains(text, part) is true or false, not a number
  --> contains_forms.sql:1:25
  1 | SELECT * FROM ztf WHERE contains(objectId, 'a') = 1 AND CONTAINS(POINT(1, 2), CIRCLE(1, 2, 3)) AND C…
                              ^^^^^^^^^^^^^^^^^^^^^^^
  help: leave = 1 out

error[not-a-condition]: ADQL's CONTAINS is 1 or 0
  --> contains_forms.sql:1:57
  1 | …ontains(objectId, 'a') = 1 AND CONTAINS(POINT(1, 2), CIRCLE(1, 2, 3)) AND CONTAINS(POINT('GALACTIC',…
                                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  help: write CONTAINS(POINT(ra, dec), CIRCLE(ra0, dec0, radius)) = 1

error[not-supported]: the frame is ICRS, not GALACTIC
  --> contains_forms.sql:1:115
  1 | …T(1, 2), CIRCLE(1, 2, 3)) AND CONTAINS(POINT('GALACTIC', 1, 2), CIRCLE(1, 2, 3)) = 1 AND DISTANCE(PO…
                                                    ^^^^^^^^^^
  help: leave it out, or write 'ICRS'

error[wrong-arguments]: DISTANCE takes two POINTs
  --> contains_forms.sql:1:159
  1 | …, 2, 3)) AND CONTAINS(POINT('GALACTIC', 1, 2), CIRCLE(1, 2, 3)) = 1 AND DISTANCE(POINT(1, 2), 3) < 1
                                                                               ^^^^^^^^^^^^^^^^^^^^^^^^
  help: write DISTANCE(POINT(ra1, dec1), POINT(ra2, dec2))
