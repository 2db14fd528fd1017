SELECT * EXCLUDE (cutoutScience) REPLACE (1 AS candid) RENAME (objectId AS name) FROM ztf
WHERE candidate.rb > 0.5
---- refused ----
error[not-supported]: REPLACE would change the packet, which is sent as it came
  --> replace_and_rename.sql:1:34
  1 | SELECT * EXCLUDE (cutoutScience) REPLACE (1 AS candid) RENAME (objectId AS name) FROM ztf
                                       ^^^^^^^
  help: name the columns that you want: SELECT objectId, candidate.ra AS ra FROM …

error[not-supported]: RENAME would change the packet, which is sent as it came
  --> replace_and_rename.sql:1:56
  1 | SELECT * EXCLUDE (cutoutScience) REPLACE (1 AS candid) RENAME (objectId AS name) FROM ztf
                                                             ^^^^^^
  help: name the columns that you want: SELECT objectId, candidate.ra AS ra FROM …
