SELECT /*+ BROADCAST(ztf) */ *
FROM ztf /*+ OPTIONS('scan.startup.mode'='latest-offset') */
WHERE candidate.rb > 0.9
---- refused ----
error[engine-hint]: a comment that begins so is an order to an engine, and a filter has none to give
  --> hint_in_a_comment.sql:1:8
  1 | SELECT /*+ BROADCAST(ztf) */ *
             ^^^
  help: remove it, or write a space after /*

error[engine-hint]: a comment that begins so is an order to an engine, and a filter has none to give
  --> hint_in_a_comment.sql:2:10
  2 | FROM ztf /*+ OPTIONS('scan.startup.mode'='latest-offset') */
               ^^^
  help: remove it, or write a space after /*
