SELECT * EXCLUDE (cutouts) FROM lsst WHERE diaSource.psfFlux > 1000
---- duckdb ----
"diaSource"."psfFlux" > 1000E0
---- flink ----
`diaSource`.`psfFlux` > 1000E0
---- sent ----
packet-without-cutouts cutoutScience cutoutTemplate cutoutDifference
