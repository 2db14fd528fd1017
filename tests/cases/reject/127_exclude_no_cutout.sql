SELECT * EXCLUDE (prv_candidates, candidate.rb, cutoutScience.stampData) FROM ztf
WHERE candidate.rb > 0.5
---- refused ----
error[not-a-cutout]: 'prv_candidates' is no cutout: only whole images can be left out of a packet
  --> exclude_no_cutout.sql:1:19
  1 | SELECT * EXCLUDE (prv_candidates, candidate.rb, cutoutScience.stampData) FROM ztf
                        ^^^^^^^^^^^^^^
  help: the cutouts of ztf: cutoutScience, cutoutTemplate, cutoutDifference; to send less, name the columns that you want

error[not-a-cutout]: 'candidate.rb' is no cutout: only whole images can be left out of a packet
  --> exclude_no_cutout.sql:1:35
  1 | SELECT * EXCLUDE (prv_candidates, candidate.rb, cutoutScience.stampData) FROM ztf
                                        ^^^^^^^^^^^^
  help: the cutouts of ztf: cutoutScience, cutoutTemplate, cutoutDifference; to send less, name the columns that you want

error[not-a-cutout]: 'cutoutScience.stampData' is no cutout: only whole images can be left out of a packet
  --> exclude_no_cutout.sql:1:49
  1 | SELECT * EXCLUDE (prv_candidates, candidate.rb, cutoutScience.stampData) FROM ztf
                                                      ^^^^^^^^^^^^^^^^^^^^^^^
  help: the cutouts of ztf: cutoutScience, cutoutTemplate, cutoutDifference; to send less, name the columns that you want
