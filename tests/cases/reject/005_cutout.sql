SELECT * FROM ztf WHERE cutoutScience IS NOT NULL
---- refused ----
error[cutout-field]: 'cutoutScience' is an image: no filter sees it
  --> cutout.sql:1:25
  1 | SELECT * FROM ztf WHERE cutoutScience IS NOT NULL
                              ^^^^^^^^^^^^^
  help: filter on the numbers that the survey measured on it
