SELECT * FROM ztf WHERE 1 / (1 / (1 / (1 / (1 / (1 / (1 / (1 / (1 / (1 / (1 / (1 / (1 / (1 / (candidate.rb - candidate.drb)))))))))))))) > 0
---- refused ----
error[too-long]: written out for the engines this comes to 3637173 characters
  --> nested_divisors.sql:1:1
  1 | SELECT * FROM ztf WHERE 1 / (1 / (1 / (1 / (1 / (1 / (1 / (1 / (1 / (1 / (1 / (1 / (1 / (1 / (candi…
      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  help: at most 50000 are planned: divisors, exponents and CASE operands that are themselves divisions are repeated in their guards; nest them less
