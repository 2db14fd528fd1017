SELECT *
FROM ztf
WHERE candidate.rb > '1' AND
      candidate.rb > '2' AND
      candidate.rb > '3' AND
      candidate.rb > '4' AND
      candidate.rb > '5' AND
      candidate.rb > '6' AND
      candidate.rb > '7' AND
      candidate.rb > '8' AND
      candidate.rb > '9' AND
      candidate.rb > '10' AND
      candidate.rb > '11' AND
      candidate.rb > '12' AND
      candidate.rb > '13' AND
      candidate.rb > '14' AND
      candidate.rb > '15' AND
      candidate.rb > '16' AND
      candidate.rb > '17' AND
      candidate.rb > '18' AND
      candidate.rb > '19' AND
      candidate.rb > '20' AND
      candidate.rb > '21' AND
      candidate.rb > '22' AND
      candidate.rb > '23' AND
      candidate.rb > '24' AND
      candidate.rb > '25' AND
      candidate.rb > '26' AND
      candidate.rb > '27' AND
      candidate.rb > '28' AND
      candidate.rb > '29' AND
      candidate.rb > '30' AND
      candidate.rb > '31' AND
      candidate.rb > '32' AND
      candidate.rb > '33' AND
      candidate.rb > '34' AND
      candidate.rb > '35' AND
      candidate.rb > '36' AND
      candidate.rb > '37' AND
      candidate.rb > '38' AND
      candidate.rb > '39' AND
      candidate.rb > '40' AND
      candidate.rb > '41' AND
      candidate.rb > '42' AND
      candidate.rb > '43' AND
      candidate.rb > '44' AND
      candidate.rb > '45' AND
      candidate.rb > '46' AND
      candidate.rb > '47' AND
      candidate.rb > '48' AND
      candidate.rb > '49' AND
      candidate.rb > '50' AND
      candidate.rb > '51' AND
      candidate.rb > '52' AND
      candidate.rb > 0.5
---- refused ----
error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:3:7
  3 | WHERE candidate.rb > '1' AND
            ^^^^^^^^^^^^^^^^^^
  help: write 1 without the quotes

error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:4:7
  4 |       candidate.rb > '2' AND
            ^^^^^^^^^^^^^^^^^^
  help: write 2 without the quotes

error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:5:7
  5 |       candidate.rb > '3' AND
            ^^^^^^^^^^^^^^^^^^
  help: write 3 without the quotes

error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:6:7
  6 |       candidate.rb > '4' AND
            ^^^^^^^^^^^^^^^^^^
  help: write 4 without the quotes

error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:7:7
  7 |       candidate.rb > '5' AND
            ^^^^^^^^^^^^^^^^^^
  help: write 5 without the quotes

error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:8:7
  8 |       candidate.rb > '6' AND
            ^^^^^^^^^^^^^^^^^^
  help: write 6 without the quotes

error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:9:7
  9 |       candidate.rb > '7' AND
            ^^^^^^^^^^^^^^^^^^
  help: write 7 without the quotes

error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:10:7
  10 |       candidate.rb > '8' AND
             ^^^^^^^^^^^^^^^^^^
  help: write 8 without the quotes

error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:11:7
  11 |       candidate.rb > '9' AND
             ^^^^^^^^^^^^^^^^^^
  help: write 9 without the quotes

error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:12:7
  12 |       candidate.rb > '10' AND
             ^^^^^^^^^^^^^^^^^^^
  help: write 10 without the quotes

error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:13:7
  13 |       candidate.rb > '11' AND
             ^^^^^^^^^^^^^^^^^^^
  help: write 11 without the quotes

error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:14:7
  14 |       candidate.rb > '12' AND
             ^^^^^^^^^^^^^^^^^^^
  help: write 12 without the quotes

error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:15:7
  15 |       candidate.rb > '13' AND
             ^^^^^^^^^^^^^^^^^^^
  help: write 13 without the quotes

error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:16:7
  16 |       candidate.rb > '14' AND
             ^^^^^^^^^^^^^^^^^^^
  help: write 14 without the quotes

error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:17:7
  17 |       candidate.rb > '15' AND
             ^^^^^^^^^^^^^^^^^^^
  help: write 15 without the quotes

error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:18:7
  18 |       candidate.rb > '16' AND
             ^^^^^^^^^^^^^^^^^^^
  help: write 16 without the quotes

error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:19:7
  19 |       candidate.rb > '17' AND
             ^^^^^^^^^^^^^^^^^^^
  help: write 17 without the quotes

error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:20:7
  20 |       candidate.rb > '18' AND
             ^^^^^^^^^^^^^^^^^^^
  help: write 18 without the quotes

error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:21:7
  21 |       candidate.rb > '19' AND
             ^^^^^^^^^^^^^^^^^^^
  help: write 19 without the quotes

error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:22:7
  22 |       candidate.rb > '20' AND
             ^^^^^^^^^^^^^^^^^^^
  help: write 20 without the quotes

error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:23:7
  23 |       candidate.rb > '21' AND
             ^^^^^^^^^^^^^^^^^^^
  help: write 21 without the quotes

error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:24:7
  24 |       candidate.rb > '22' AND
             ^^^^^^^^^^^^^^^^^^^
  help: write 22 without the quotes

error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:25:7
  25 |       candidate.rb > '23' AND
             ^^^^^^^^^^^^^^^^^^^
  help: write 23 without the quotes

error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:26:7
  26 |       candidate.rb > '24' AND
             ^^^^^^^^^^^^^^^^^^^
  help: write 24 without the quotes

error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:27:7
  27 |       candidate.rb > '25' AND
             ^^^^^^^^^^^^^^^^^^^
  help: write 25 without the quotes

error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:28:7
  28 |       candidate.rb > '26' AND
             ^^^^^^^^^^^^^^^^^^^
  help: write 26 without the quotes

error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:29:7
  29 |       candidate.rb > '27' AND
             ^^^^^^^^^^^^^^^^^^^
  help: write 27 without the quotes

error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:30:7
  30 |       candidate.rb > '28' AND
             ^^^^^^^^^^^^^^^^^^^
  help: write 28 without the quotes

error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:31:7
  31 |       candidate.rb > '29' AND
             ^^^^^^^^^^^^^^^^^^^
  help: write 29 without the quotes

error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:32:7
  32 |       candidate.rb > '30' AND
             ^^^^^^^^^^^^^^^^^^^
  help: write 30 without the quotes

error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:33:7
  33 |       candidate.rb > '31' AND
             ^^^^^^^^^^^^^^^^^^^
  help: write 31 without the quotes

error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:34:7
  34 |       candidate.rb > '32' AND
             ^^^^^^^^^^^^^^^^^^^
  help: write 32 without the quotes

error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:35:7
  35 |       candidate.rb > '33' AND
             ^^^^^^^^^^^^^^^^^^^
  help: write 33 without the quotes

error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:36:7
  36 |       candidate.rb > '34' AND
             ^^^^^^^^^^^^^^^^^^^
  help: write 34 without the quotes

error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:37:7
  37 |       candidate.rb > '35' AND
             ^^^^^^^^^^^^^^^^^^^
  help: write 35 without the quotes

error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:38:7
  38 |       candidate.rb > '36' AND
             ^^^^^^^^^^^^^^^^^^^
  help: write 36 without the quotes

error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:39:7
  39 |       candidate.rb > '37' AND
             ^^^^^^^^^^^^^^^^^^^
  help: write 37 without the quotes

error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:40:7
  40 |       candidate.rb > '38' AND
             ^^^^^^^^^^^^^^^^^^^
  help: write 38 without the quotes

error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:41:7
  41 |       candidate.rb > '39' AND
             ^^^^^^^^^^^^^^^^^^^
  help: write 39 without the quotes

error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:42:7
  42 |       candidate.rb > '40' AND
             ^^^^^^^^^^^^^^^^^^^
  help: write 40 without the quotes

error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:43:7
  43 |       candidate.rb > '41' AND
             ^^^^^^^^^^^^^^^^^^^
  help: write 41 without the quotes

error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:44:7
  44 |       candidate.rb > '42' AND
             ^^^^^^^^^^^^^^^^^^^
  help: write 42 without the quotes

error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:45:7
  45 |       candidate.rb > '43' AND
             ^^^^^^^^^^^^^^^^^^^
  help: write 43 without the quotes

error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:46:7
  46 |       candidate.rb > '44' AND
             ^^^^^^^^^^^^^^^^^^^
  help: write 44 without the quotes

error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:47:7
  47 |       candidate.rb > '45' AND
             ^^^^^^^^^^^^^^^^^^^
  help: write 45 without the quotes

error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:48:7
  48 |       candidate.rb > '46' AND
             ^^^^^^^^^^^^^^^^^^^
  help: write 46 without the quotes

error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:49:7
  49 |       candidate.rb > '47' AND
             ^^^^^^^^^^^^^^^^^^^
  help: write 47 without the quotes

error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:50:7
  50 |       candidate.rb > '48' AND
             ^^^^^^^^^^^^^^^^^^^
  help: write 48 without the quotes

error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:51:7
  51 |       candidate.rb > '49' AND
             ^^^^^^^^^^^^^^^^^^^
  help: write 49 without the quotes

error[type-mismatch]: a number cannot be compared with a text
  --> more_faults_than_are_told.sql:52:7
  52 |       candidate.rb > '50' AND
             ^^^^^^^^^^^^^^^^^^^
  help: write 50 without the quotes

error[and-more]: there are 2 more errors, the first of them here
  --> more_faults_than_are_told.sql:53:7
  53 |       candidate.rb > '51' AND
             ^^^^^^^^^^^^^^^^^^^
  help: at most 50 are told at once
