SELECT * FROM ztf WHERE EXISTS (SELECT 1 FROM detections AS d WHERE d.rb > 0.5)
---- refused ----
error[bad-sub-query]: a sub-query goes through one of the alert's own lists
  --> sub_query_over_a_view_without_unnest.sql:1:47
  1 | SELECT * FROM ztf WHERE EXISTS (SELECT 1 FROM detections AS d WHERE d.rb > 0.5)
                                                    ^^^^^^^^^^^^^^^
  help: write FROM UNNEST(detections) AS d; the lists of ztf: prv_candidates, fp_hists, detections
