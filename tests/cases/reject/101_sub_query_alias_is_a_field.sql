SELECT * FROM ztf WHERE EXISTS (SELECT 1 FROM UNNEST(prv_candidates) AS candidate WHERE candidate.rb > 1)
---- refused ----
error[bad-sub-query]: 'candidate' means something else already
  --> sub_query_alias_is_a_field.sql:1:54
  1 | …T * FROM ztf WHERE EXISTS (SELECT 1 FROM UNNEST(prv_candidates) AS candidate WHERE candidate.rb > 1)
                                                       ^^^^^^^^^^^^^^
  help: give the elements another name: AS p, say
