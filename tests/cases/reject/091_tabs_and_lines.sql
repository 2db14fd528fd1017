SELECT *
	FROM ztf
	WHERE	candidate.rb > 0.5
		AND	candidate.nope > (1
			+ 2)
		AND (candidate.rb +
			objectId) > 1
---- refused ----
error[unknown-field]: ztf has no field 'candidate.nope'
  --> tabs_and_lines.sql:4:7
  4 |         AND    candidate.nope > (1
                     ^^^^^^^^^^^^^^
  help: minibroker schema ztf lists its fields

error[type-mismatch]: '+' takes numbers, and this is a text
  --> tabs_and_lines.sql:7:4
  7 |             objectId) > 1
                  ^^^^^^^^
  help: texts are compared, matched with LIKE and joined with ||
