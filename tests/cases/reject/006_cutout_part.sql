SELECT * FROM ztf WHERE cutoutScience.fileName LIKE 'a%'
---- refused ----
error[cutout-field]: 'cutoutScience' is an image: no filter sees it
  --> cutout_part.sql:1:25
  1 | SELECT * FROM ztf WHERE cutoutScience.fileName LIKE 'a%'
                              ^^^^^^^^^^^^^^^^^^^^^^
  help: filter on the numbers that the survey measured on it
