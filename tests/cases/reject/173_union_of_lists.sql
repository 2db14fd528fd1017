SELECT * FROM ztf
WHERE (SELECT count(*)
       FROM (SELECT p.jd FROM UNNEST(prv_candidates) AS p UNION ALL SELECT candidate.jd) AS d) > 3
---- refused ----
error[bad-sub-query]: a sub-query goes through one of the alert's own lists
  --> union_of_lists.sql:3:13
  3 |        FROM (SELECT p.jd FROM UNNEST(prv_candidates) AS p UNION ALL SELECT candidate.jd) AS d) > 3
                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  help: take a view that holds both, or a sub-query for each list; the lists of ztf: prv_candidates, fp_hists, detections
