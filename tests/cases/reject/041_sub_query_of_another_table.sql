SELECT * FROM ztf WHERE EXISTS (SELECT 1 FROM lsst AS p WHERE p.magpsf < 18)
---- refused ----
error[bad-sub-query]: a sub-query goes through one of the alert's own lists
  --> sub_query_of_another_table.sql:1:47
  1 | SELECT * FROM ztf WHERE EXISTS (SELECT 1 FROM lsst AS p WHERE p.magpsf < 18)
                                                    ^^^^^^^^^
  help: write FROM UNNEST(lsst) AS p; the lists of ztf: prv_candidates, fp_hists, detections
