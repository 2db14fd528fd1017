SELECT * FROM ztf WHERE EXISTS (SELECT 1 FROM UNNEST(detections) AS d WHERE d.classtar > 0.5 AND detections.rb > 1)
---- refused ----
error[unknown-field]: ztf has no field 'detections.rb'
  --> sub_query_over_a_view_field.sql:1:98
  1 | …tf WHERE EXISTS (SELECT 1 FROM UNNEST(detections) AS d WHERE d.classtar > 0.5 AND detections.rb > 1)
                                                                                         ^^^^^^^^^^^^^
  help: did you mean 'candidate.rb'?
