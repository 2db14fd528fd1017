-- only a comment
---- refused ----
error[empty]: there is no condition here
  --> empty.sql:2:1
  2 |
      ^
  help: write a condition, such as: candidate.rb > 0.65
