SELECT * FROM ztf WHERE EXISTS (SELECT 1 FROM UNNEST(candidate) AS p)
---- refused ----
error[bad-sub-query]: UNNEST takes a list, and this is a record
  --> sub_query_of_a_record.sql:1:54
  1 | SELECT * FROM ztf WHERE EXISTS (SELECT 1 FROM UNNEST(candidate) AS p)
                                                           ^^^^^^^^^
  help: the lists of ztf: prv_candidates, fp_hists, detections
