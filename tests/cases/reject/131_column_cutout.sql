SELECT cutoutScience, ztf.cutoutTemplate AS t, cutoutDifference.stampData AS d, cutoutScience IS NULL AS n
FROM ztf WHERE candidate.rb > 0.5
---- refused ----
error[cutout-field]: 'cutoutScience' is an image: it is no column
  --> column_cutout.sql:1:8
  1 | SELECT cutoutScience, ztf.cutoutTemplate AS t, cutoutDifference.stampData AS d, cutoutScience IS NUL…
             ^^^^^^^^^^^^^
  help: SELECT * sends the packet with its images

error[cutout-field]: 'cutoutTemplate' is an image: it is no column
  --> column_cutout.sql:1:23
  1 | SELECT cutoutScience, ztf.cutoutTemplate AS t, cutoutDifference.stampData AS d, cutoutScience IS NUL…
                            ^^^^^^^^^^^^^^^^^^
  help: SELECT * sends the packet with its images

error[cutout-field]: 'cutoutDifference' is an image: it is no column
  --> column_cutout.sql:1:48
  1 | … cutoutScience, ztf.cutoutTemplate AS t, cutoutDifference.stampData AS d, cutoutScience IS NULL AS n
                                                ^^^^^^^^^^^^^^^^^^^^^^^^^^
  help: SELECT * sends the packet with its images

error[cutout-field]: 'cutoutScience' is an image: no filter sees it
  --> column_cutout.sql:1:81
  1 | … cutoutScience, ztf.cutoutTemplate AS t, cutoutDifference.stampData AS d, cutoutScience IS NULL AS n
                                                                                 ^^^^^^^^^^^^^
  help: filter on the numbers that the survey measured on it
