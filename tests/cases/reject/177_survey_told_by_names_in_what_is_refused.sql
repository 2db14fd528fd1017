candidate.rb ~ 'a'
---- refused ----
error[not-supported]: ~ means different things
  --> survey_told_by_names_in_what_is_refused.sql:1:1
  1 | candidate.rb ~ 'a'
      ^^^^^^^^^^^^^^^^^^
  help: use regexp_matches(x, '…')
