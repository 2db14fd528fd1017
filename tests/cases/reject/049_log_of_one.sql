SELECT * FROM ztf WHERE log(candidate.fwhm) > 1
---- refused ----
error[unknown-function]: log of one number means two things
  --> log_of_one.sql:1:25
  1 | SELECT * FROM ztf WHERE log(candidate.fwhm) > 1
                              ^^^
  help: it is the natural logarithm to some and log10 to others: write ln(x) or log10(x)
