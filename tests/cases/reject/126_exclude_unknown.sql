SELECT * EXCLUDE (cutoutScienc, stamps, cutoutTemplate) FROM ztf WHERE candidate.rb > 0.5
---- refused ----
error[unknown-field]: ztf has no cutout 'cutoutScienc'
  --> exclude_unknown.sql:1:19
  1 | SELECT * EXCLUDE (cutoutScienc, stamps, cutoutTemplate) FROM ztf WHERE candidate.rb > 0.5
                        ^^^^^^^^^^^^
  help: did you mean 'cutoutScience' or 'cutoutDifference'?

error[unknown-field]: ztf has no cutout 'stamps'
  --> exclude_unknown.sql:1:33
  1 | SELECT * EXCLUDE (cutoutScienc, stamps, cutoutTemplate) FROM ztf WHERE candidate.rb > 0.5
                                      ^^^^^^
  help: the cutouts of ztf: cutoutScience, cutoutTemplate, cutoutDifference
