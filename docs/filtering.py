"""From a filter in Python to a filter in SQL, on the archive: a marimo notebook.

`marimo edit docs/filtering.py`, in the folder of your minibroker.toml (`pip install
'minibroker[archive,stamps]' marimo`). It reads the archive, which must have a night of ZTF; to get
one there takes Kafka and Flink, to read it neither.
"""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="From Python to SQL")


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    # From Python to SQL

    ZTF publishes a notebook that looks for likely transients with Python functions over single
    packets. Here is the same search, first as Python, then as a filter, with what each step leaves
    of the nights in your archive. The filter that comes of it is
    [sql/ztf_likely_transients.sql](../sql/ztf_likely_transients.sql).

    No archive yet? Start the stack once with `minibroker up` (that takes the extra `broker`). Then
    `minibroker archive import ztf_public_20260305.tar.gz` takes in a night that ZTF has published;
    `minibroker simulate ztf 2026-03-05 --alerts 3000` makes one up, which the archive has a minute
    later. From there on this notebook needs neither Kafka nor Flink.
    """)
    return


@app.cell
def _():
    from pathlib import Path
    from tempfile import TemporaryDirectory

    import marimo as mo

    from minibroker import read_alerts
    from minibroker.broker import Broker
    from minibroker.config import load_config
    from minibroker.model.filter import FilterSource
    from minibroker.model.night import Interval

    return (
        Broker,
        FilterSource,
        Interval,
        Path,
        TemporaryDirectory,
        load_config,
        mo,
        read_alerts,
    )


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    ## The packets

    The archive keeps the packets themselves, and `rewind` writes those that a filter passes as
    files. Of the newest night, so many alerts will do as Python can look at while you wait.
    """)
    return


@app.cell
def _(Broker, FilterSource, Interval, load_config):
    broker = Broker(load_config())
    newest = Interval(newest=1)

    def filter_of(*conditions):
        """Return the filter of alerts that meet all of these."""
        return FilterSource("SELECT * FROM ztf WHERE " + "\n  AND ".join(conditions), "notebook")

    def count(*conditions):
        """Return how many alerts of the newest night meet all of these."""
        return broker.past.backtest(filter_of(*conditions), newest, sample=0).whole.passed

    return broker, count, filter_of, newest


@app.cell
def _(Path, TemporaryDirectory, broker, count, filter_of, newest, read_alerts):
    sample = f"candid % {max(1, count('candid > 0') // 2000)} = 0"
    with TemporaryDirectory() as folder:
        night = Path(folder) / "night"
        broker.past.rewind(filter_of(sample), newest, night)
        alerts = list(read_alerts(night))
    alerts[0]
    return alerts, sample


@app.cell(hide_code=True)
def _(alerts, mo):
    mo.md(f"""
    An alert shows itself: main values, images, light curve. There are **{len(alerts)}** of them.

    ## Step by step, in Python

    Each step is a function of the alert. The first five ask whether the detection is real and
    well measured, the others whether it is a transient: brighter than the reference image, no star
    at its place, no known asteroid near, and seen before.
    """)
    return


@app.cell
def _():
    def likely_real(alert):
        return alert["candidate"]["rb"] >= 0.65

    def no_bad_pixel(alert):
        return alert["candidate"]["nbad"] == 0

    def good_seeing(alert):
        return alert["candidate"]["fwhm"] <= 5

    def round_source(alert):
        return alert["candidate"]["elong"] <= 1.2

    def same_in_an_aperture(alert):
        return abs(alert["candidate"]["magdiff"]) <= 0.1

    def brightened(alert):
        return alert["candidate"]["isdiffpos"] in ("t", "1")

    def no_star(alert):
        distance, score = alert["candidate"]["distpsnr1"], alert["candidate"]["sgscore1"]
        return distance is None or distance < 0 or distance > 1.5 or 0 <= score < 0.5

    def no_asteroid(alert):
        distance = alert["candidate"]["ssdistnr"]
        return distance is None or distance < 0 or distance > 5

    def seen_before(alert):
        detections = [p for p in alert["prv_candidates"] or () if p["magpsf"] is not None]
        times = [d["jd"] for d in [*detections, alert["candidate"]] if d["isdiffpos"] in ("t", "1")]
        return bool(times) and max(times) - min(times) >= 30 / 1440

    functions = (
        *(likely_real, no_bad_pixel, good_seeing, round_source, same_in_an_aperture),
        *(brightened, no_star, no_asteroid, seen_before),
    )
    return (functions,)


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    ## Step by step, in SQL

    The same as conditions. -999 stands for "nothing there" in ZTF, so "no neighbour" is part of the
    question here as it is above. A NULL needs no `is None` where it must not pass: a comparison
    with NULL is not TRUE, and only TRUE passes. `detections` are all that the packet knows of,
    this one included.
    """)
    return


@app.cell
def _():
    conditions = (
        "candidate.rb >= 0.65",
        "candidate.nbad = 0",
        "candidate.fwhm <= 5",
        "candidate.elong <= 1.2",
        "abs(candidate.magdiff) <= 0.1",
        "candidate.isdiffpos IN ('t', '1')",
        "(candidate.distpsnr1 IS NULL OR candidate.distpsnr1 < 0 OR candidate.distpsnr1 > 1.5"
        " OR (candidate.sgscore1 >= 0 AND candidate.sgscore1 < 0.5))",
        "(candidate.ssdistnr IS NULL OR candidate.ssdistnr < 0 OR candidate.ssdistnr > 5)",
        "(SELECT max(d.jd) - min(d.jd) FROM UNNEST(detections) AS d"
        " WHERE d.isdiffpos IN ('t', '1')) >= 30.0 / 1440",
    )
    return (conditions,)


@app.cell
def _(alerts, conditions, count, functions, mo, sample):
    rows = []
    passing = alerts
    for number, function in enumerate(functions, start=1):
        passing = [alert for alert in passing if function(alert)]
        rows.append(
            {
                "step": function.__name__,
                "condition": conditions[number - 1],
                "left in Python": len(passing),
                "left in SQL": count(sample, *conditions[:number]),
            }
        )
    mo.ui.table(rows, selection=None)
    return passing, rows


@app.cell(hide_code=True)
def _(mo, passing, rows):
    agree = all(row["left in Python"] == row["left in SQL"] for row in rows)
    mo.md(f"""
    Both columns {"agree" if agree else "**differ**"}. In Python each packet was decoded whole, one
    at a time; the archive reads the columns that the filter names, and in the stream the same text
    runs before a packet is decoded further than it needs.

    ## What passes

    {len(passing)} alerts; the first three:
    """)
    return (agree,)


@app.cell
def _(mo, passing):
    mo.vstack(passing[:3], gap=2)
    return


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    ## What nearly passed

    The alerts that one condition alone keeps out, the nearest first, and how far they are from
    passing. This is where a limit that is a little too tight shows.
    """)
    return


@app.cell
def _(broker, conditions, filter_of, mo, newest):
    nearly = broker.past.near(filter_of(*conditions), newest, limit=5)
    mo.ui.table(
        [
            {
                "candid": dict(zip(nearly.columns, miss.alert, strict=True))["candid"],
                "kept out by": miss.conjunct,
                "by": miss.distance,
            }
            for miss in nearly.misses
        ],
        selection=None,
    )
    return (nearly,)


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    ## Night by night

    What the filter would have sent, and what a night to come will bring.
    """)
    return


@app.cell
def _(Interval, broker, conditions, filter_of, mo):
    every = broker.past.backtest(filter_of(*conditions), Interval(), sample=0)
    nights = [
        {"night": each.night, "read": each.tally.read, "passed": each.tally.passed}
        for each in every.tallies.nights
    ]
    told = mo.md(f"""
    A night to come: about {every.forecast.expected:.0f} alerts, nine nights of ten between
    {every.forecast.low} and {every.forecast.high}.
    """)
    mo.vstack([mo.ui.table(nights, selection=None), told])
    return (nights,)


@app.cell(hide_code=True)
def _(broker, conditions, filter_of, mo):
    chosen = broker.filters.check(filter_of(*conditions)).filter
    mo.md(f"""
    ## From here to the stream

    Save the text with a name and submit it: `minibroker submit sql/ztf_likely_transients.sql`. What
    passes from then on goes to its topic, the packets unchanged, and `AlertStream` reads them as
    this notebook did. A filter is known by what it means and not by how it is laid out: this one
    is `{chosen.fingerprint}`, and so is the file.
    """)
    return (chosen,)


if __name__ == "__main__":
    app.run()
