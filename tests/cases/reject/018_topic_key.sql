-- topic: mine
SELECT * FROM ztf WHERE candidate.rb > 0.5
---- refused ----
error[unknown-key]: 'topic' is not a key of a filter
  --> topic_key.sql:1:4
  1 | -- topic: mine
         ^^^^^
  help: the topic follows from the filter's owner and name
