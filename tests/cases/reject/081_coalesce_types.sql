SELECT * FROM ztf WHERE coalesce(candidate.rb, 'none') > 0.5 AND greatest(objectId, candidate.fid) = 'a'
---- refused ----
error[type-mismatch]: a text stands beside a number: the types must agree
  --> coalesce_types.sql:1:48
  1 | SELECT * FROM ztf WHERE coalesce(candidate.rb, 'none') > 0.5 AND greatest(objectId, candidate.fid) =…
                                                     ^^^^^^
  help: texts are compared, matched with LIKE and joined with ||

error[type-mismatch]: an integer stands beside a text: the types must agree
  --> coalesce_types.sql:1:85
  1 | …CT * FROM ztf WHERE coalesce(candidate.rb, 'none') > 0.5 AND greatest(objectId, candidate.fid) = 'a'
                                                                                       ^^^^^^^^^^^^^
  help: write CAST(… AS VARCHAR) to compare them as texts
