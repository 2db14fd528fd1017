-- name: ztf_forced_detections
-- description: at least three good points of forced photometry above 3 sigma
-- expect: 10 of 266
-- Z25; kowalski config.defaults.yaml, fp_hists of ZTF's schema 4
SELECT *
FROM   ztf
WHERE  (SELECT count(*) FROM UNNEST(fp_hists) AS f
        WHERE f.procstatus = '0' AND f.forcediffimflux > -99998
          AND f.forcediffimflux / f.forcediffimfluxunc > 3) >= 3
