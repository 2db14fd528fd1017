"""`make bench-archive`: filters, look-ups and the forecast of 100 filters on a generated archive.

The seed is what the real archive job wrote of simulated packets (or ``--seed FOLDER``, an archive
that exists). DuckDB multiplies it: other ids, places and times, the rest as it was. A night comes
in the order of its exposures, in files of about 1 MB, as the archive job leaves it; then it is
compacted by the code of `minibroker archive compact`, and everything is measured again.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from bench.conditions import MIXES
from bench.machine import machine
from bench.stack import own_stack
from minibroker.broker import Broker
from minibroker.engine.archive import Archive
from minibroker.engine.archive_database import SETTINGS
from minibroker.engine.archive_files import archived_nights, files_of, nights_of, parquet_table
from minibroker.engine.compaction import Compaction, CompactionSettings
from minibroker.engine.nights import count
from minibroker.model.filter import FilterSource
from minibroker.model.survey import Survey
from minibroker.service.compact import compact, orders
from minibroker.service.forecast import forecast
from minibroker.ui.report import Report

FIRST = date(2026, 3, 5)
NIGHTS = 10
SEED_ALERTS = 2500
EXPOSURE = 200
"""Alerts of one exposure: they lie within 3.5 degrees of its centre and have its time."""
HISTORY = 100
"""Earlier detections of each LSST alert."""
TRIES = 3
"""Each question is asked so often, and the best time counts: files come from the page cache."""
WRITTEN, COMPACTED = "as written", "compacted"
LOOPED = 5000
"""Alerts that the loop in Python goes over: its rate does not change with more."""


@dataclass(frozen=True)
class Question:
    """What is asked, as a filter and as one would type it into DuckDB."""

    name: str
    filter: str
    typed: str
    python: Callable[[dict[str, Any]], bool] | None = None


@dataclass(frozen=True)
class Asked:
    """One question and how long its answer took."""

    survey: str
    layout: str
    question: str
    alerts: int
    found: int
    seconds: float
    cpu: float
    """Seconds of all cores: what a busy machine does not change."""
    typed_cpu: float | None = None
    """CPU seconds of the same typed by hand."""
    looped: float | None = None
    """Alerts a CPU second of the same as a loop in Python over DuckDB's rows."""


QUESTIONS = {
    "ztf": (
        Question(
            "scalar filter",
            "candidate.rb > 0.9 AND candidate.magpsf < 18 AND candidate.nbad = 0",
            "candidate.rb > 0.9 AND candidate.magpsf < 18 AND candidate.nbad = 0",
            lambda a: (
                (a["candidate"]["rb"] or 0) > 0.9
                and a["candidate"]["magpsf"] < 18
                and a["candidate"]["nbad"] == 0
            ),
        ),
        Question(
            "history filter",
            "EXISTS (SELECT 1 FROM UNNEST(prv_candidates) AS p WHERE p.fid = candidate.fid"
            " AND p.magpsf - candidate.magpsf > 1)",
            "EXISTS (SELECT 1 FROM (SELECT unnest(prv_candidates) AS p)"
            " WHERE p.fid = candidate.fid AND p.magpsf - candidate.magpsf > 1)",
            lambda a: any(
                p["fid"] == a["candidate"]["fid"]
                and p["magpsf"] is not None
                and p["magpsf"] - a["candidate"]["magpsf"] > 1
                for p in a["prv_candidates"] or ()
            ),
        ),
        Question(
            "cone of 60 arcsec",
            "cone(candidate.ra, candidate.dec, {ra}, {dec}, 60)",
            "2 * asin(sqrt(sin(radians(candidate.dec - {dec}) / 2) ** 2 + cos(radians({dec}))"
            " * cos(radians(candidate.dec)) * sin(radians(candidate.ra - {ra}) / 2) ** 2))"
            " <= radians(60 / 3600.0)",
        ),
        Question(
            "cone of 60 arcsec and a band of dec",
            "candidate.dec BETWEEN {dec} - 0.017 AND {dec} + 0.017"
            " AND cone(candidate.ra, candidate.dec, {ra}, {dec}, 60)",
            "candidate.dec BETWEEN {dec} - 0.017 AND {dec} + 0.017 AND"
            " 2 * asin(sqrt(sin(radians(candidate.dec - {dec}) / 2) ** 2 + cos(radians({dec}))"
            " * cos(radians(candidate.dec)) * sin(radians(candidate.ra - {ra}) / 2) ** 2))"
            " <= radians(60 / 3600.0)",
        ),
        Question("by id", "candid = {id}", "candid = {id}"),
    ),
    "lsst": (
        Question(
            "scalar filter",
            "diaSource.reliability > 0.9 AND diaSource.snr > 20 AND diaSource.band = 'r'",
            "diaSource.reliability > 0.9 AND diaSource.snr > 20 AND diaSource.band = 'r'",
            lambda a: (
                (a["diaSource"]["reliability"] or 0) > 0.9
                and (a["diaSource"]["snr"] or 0) > 20
                and a["diaSource"]["band"] == "r"
            ),
        ),
        Question(
            "history filter",
            "(SELECT count(*) FROM UNNEST(prvDiaSources) AS p WHERE p.band = diaSource.band"
            " AND p.psfFlux / p.psfFluxErr > 5) > 3",
            "(SELECT count(*) FROM (SELECT unnest(prvDiaSources) AS p)"
            " WHERE p.band = diaSource.band AND p.psfFlux / p.psfFluxErr > 5) > 3",
            lambda a: (
                sum(
                    p["band"] == a["diaSource"]["band"]
                    and bool(p["psfFluxErr"])
                    and (p["psfFlux"] or 0) / p["psfFluxErr"] > 5
                    for p in a["prvDiaSources"] or ()
                )
                > 3
            ),
        ),
        Question("by id", "diaSourceId = {id}", "diaSourceId = {id}"),
    ),
}


def main() -> None:
    """Generate, measure, compact, measure again; print a table and JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench.archive", description=__doc__)
    parser.add_argument("--ztf", type=int, default=1_000_000, help="alerts")
    parser.add_argument("--lsst", type=int, default=100_000, help="alerts")
    parser.add_argument("--seed", type=Path, help="an archive to multiply")
    chosen = parser.parse_args()
    report = Report(is_json=False)
    asked: list[Asked] = []
    with own_stack() as broker:
        seed = chosen.seed or _seed(broker)
        made = broker.config.data / "generated"
        for survey, alerts in (("ztf", chosen.ztf), ("lsst", chosen.lsst)):
            report.tell(f"{survey}: generating {alerts:,} alerts")
            generate(seed, made, broker.surveys[survey], alerts)
            report.tell(_described(made / survey))
            asked += _measure(made / survey, broker, WRITTEN, report)
            _compact(made / survey, broker.surveys[survey], report)
            report.tell(_described(made / survey))
            asked += _measure(made / survey, broker, COMPACTED, report)
    _print(asked, report)


def _seed(broker: Broker) -> Path:
    """Let the real archive job write some simulated alerts, and return that archive."""
    broker.up()
    for survey in broker.surveys:
        broker.packets.simulate(survey, FIRST, SEED_ALERTS, 1)
    for survey in broker.surveys:
        broker.past.await_archive(survey, 120.0)
    # What is measured has the processor to itself.
    broker.stack.stop(broker.tell)
    return broker.config.archive_folder


def generate(seed: Path, made: Path, survey: Survey, alerts: int) -> None:
    """Multiply a survey's alerts to so many, over NIGHTS nights."""
    folder = seed / survey.name
    source = parquet_table(files_of(folder, "alerts", nights_of(folder, "alerts")))
    with duckdb.connect() as database:
        database.execute(
            f"CREATE TABLE seed AS SELECT * EXCLUDE (night), row_number() OVER () - 1 AS n"
            f" FROM {source}"
        )
        for number in range(NIGHTS):
            night = str(date.fromordinal(FIRST.toordinal() + number))
            into = made / survey.name / "alerts" / f"night={night}"
            into.mkdir(parents=True)
            database.execute(
                f"COPY ({_night(survey, number, alerts // NIGHTS)}) TO '{into}' (FORMAT parquet,"
                " COMPRESSION zstd, FILE_SIZE_BYTES '1MB', FILENAME_PATTERN 'part-{i}',"
                " ROW_GROUP_SIZE 2048, OVERWRITE_OR_IGNORE true)"
            )


def _night(survey: Survey, night: int, alerts: int) -> str:
    """Spell a night's alerts in the order of the stream.

    An exposure and the one half a night later have the same centre.
    """
    exposures = max(2, alerts // EXPOSURE)
    centre = f"((i // {EXPOSURE}) % {exposures // 2} + {night * 7})"
    record, clock = survey.time.field[0], survey.time.field[-1]
    start = {"jd": 2461104.6, "mjd": 61104.1}[survey.time.format] + night
    history = (
        f", list_transform(range({HISTORY}), lambda x: s.diaSource) AS prvDiaSources"
        if survey.name == "lsst"
        else ""
    )
    return (
        "SELECT s.* EXCLUDE (n) REPLACE (d.id AS "
        f"{survey.alert_id[-1]}, struct_update(s.{record}, ra := d.ra, dec := d.dec,"
        f" {clock} := d.moment) AS {record}, d.i AS kafka_offset{history})"
        f" FROM (SELECT {night * alerts} + r.i AS i, r.i % {SEED_ALERTS} AS n,"
        f" ({night * alerts} + r.i) * 1000 + 7 AS id,"
        f" (hash({centre}) % 3600 / 10.0 + hash(i) % 7000 / 1000.0) % 360 AS ra,"
        f" hash({centre} * 31) % 1100 / 10.0 - 26.5 + hash(i * 17) % 7000 / 1000.0 - 3.5 AS dec,"
        f" {start} + (i // {EXPOSURE}) * {0.4 / exposures} AS moment"
        f" FROM range({alerts}) r(i)) d JOIN seed s ON d.n = s.n ORDER BY d.i"
    )


def _compact(folder: Path, survey: Survey, report: Report) -> None:
    compaction = Compaction(folder, orders(survey), CompactionSettings(grace=0.0))
    began, began_cpu = time.monotonic(), time.process_time()
    with compaction.alone():
        for _ in compact(compaction, archived_nights(compaction.folder)):
            pass
        compaction.finish()
    cpu = time.process_time() - began_cpu
    report.tell(f"{survey.name}: compacted in {time.monotonic() - began:.0f} s, {cpu:.0f} CPU s")


def _measure(folder: Path, broker: Broker, layout: str, report: Report) -> Iterator[Asked]:
    survey = folder.name
    table = parquet_table(files_of(folder, "alerts", nights_of(folder, "alerts")))
    with duckdb.connect() as database:
        for setting in SETTINGS:
            database.execute(f"SET {setting}")
        ((alerts,),) = database.execute(f"SELECT count(*) FROM {table}").fetchall()
        for question in QUESTIONS[survey]:
            if layout == WRITTEN and question.name == "history filter":
                continue
            named = _named(database, survey, table)
            (ours,) = _compiled(broker, survey, [question.filter.format(**named)])
            typed = question.typed.format(**named)
            (seconds, cpu, found), (_, by_hand, same) = _timed(database, table, ours, typed)
            if found != same:
                report.tell(f"{question.name}: {found} by the filter, {same} typed by hand")
            loop = question.python and _looped(database, table, question.python)
            asked = Asked(
                *(survey, layout, question.name, alerts, found),
                *(seconds, cpu, by_hand, loop or None),
            )
            report.tell(str(asked))
            yield asked
    for mix in (MIXES[0], MIXES[2]) if layout == COMPACTED else ():
        conditions = _compiled(broker, survey, mix.texts(survey))
        seconds, cpu, found = _forecast(Archive(folder.parent, survey), conditions)
        title = f"{mix.title}, forecast"
        asked = Asked(survey, layout, title, alerts, found, seconds, cpu)
        report.tell(str(asked))
        yield asked


def _forecast(archive: Archive, conditions: Sequence[str]) -> tuple[float, float, int]:
    """Forecast a night of each filter from all nights, and return the time, CPU time, and count."""
    began, began_cpu = time.monotonic(), time.process_time()
    counted = count(archive, nights_of(archive.folder, "alerts"), conditions)
    for nights in zip(*counted.values(), strict=True):
        forecast(nights)
    found = sum(map(sum, counted.values()))
    return time.monotonic() - began, time.process_time() - began_cpu, found


def _named(database: duckdb.DuckDBPyConnection, survey: str, table: str) -> dict[str, Any]:
    """Return an alert's id and place, from the middle of the archive."""
    identity = {"ztf": "candid", "lsst": "diaSourceId"}[survey]
    record = {"ztf": "candidate", "lsst": "diaSource"}[survey]
    ((found, ra, dec),) = database.execute(
        f"SELECT {identity}, {record}.ra, {record}.dec FROM {table} WHERE night = '2026-03-06'"
        f" ORDER BY {identity} LIMIT 1 OFFSET 100"
    ).fetchall()
    return {"id": found, "ra": ra, "dec": dec}


def _compiled(broker: Broker, survey: str, texts: Iterator[str] | Sequence[str]) -> list[str]:
    sources = (f"SELECT * FROM {survey} WHERE {text}" for text in texts)
    return [broker.filters.check(FilterSource(text, "bench")).duckdb for text in sources]


def _timed(
    database: duckdb.DuckDBPyConnection, table: str, *wanted: str
) -> list[tuple[float, float, int]]:
    """Return the best time, and CPU time, to count what each of these passes, and the counts.

    They take turns: whichever is asked first pays for what all of them find in memory then.
    """
    questions = [f"SELECT count(*) FROM {table} WHERE {condition}" for condition in wanted]
    best = [(float("inf"), float("inf"))] * len(questions)
    found = [0] * len(questions)
    for _ in range(TRIES):
        for number, question in enumerate(questions):
            began, began_cpu = time.monotonic(), time.process_time()
            ((passed,),) = database.execute(question).fetchall()
            taken = time.monotonic() - began, time.process_time() - began_cpu
            best[number] = min(best[number][0], taken[0]), min(best[number][1], taken[1])
            found[number] = passed
        if best[0][0] > 10.0:
            break
    return [(*times, counts) for times, counts in zip(best, found, strict=True)]


def _looped(
    database: duckdb.DuckDBPyConnection, table: str, passes: Callable[[dict[str, Any]], bool]
) -> float:
    """Return how many alerts a second a loop in Python asks, DuckDB's reading included."""
    began = time.process_time()
    cursor = database.execute(f"FROM {table} LIMIT {LOOPED}")
    names = [column[0] for column in cursor.description or ()]
    count = 0
    while rows := cursor.fetchmany(1000):
        for row in rows:
            count += passes(dict(zip(names, row, strict=True))) is not None
    return count / (time.process_time() - began)


def _described(folder: Path) -> str:
    files = files_of(folder, "alerts", nights_of(folder, "alerts"))
    size = sum(file.stat().st_size for file in files) / 1e6
    return f"{folder.name}: {len(files)} files of {size / len(files):.1f} MB"


def _print(asked: Sequence[Asked], report: Report) -> None:
    columns = (
        *("survey", "layout", "question", "alerts", "found", "s", "CPU s", "alerts/CPU s"),
        *("of typed by hand", "of a loop in Python"),
    )
    rows = [
        (
            *(each.survey, each.layout, each.question, each.alerts, each.found),
            *(round(each.seconds, 3), round(each.cpu, 3), round(each.alerts / each.cpu)),
            round(each.typed_cpu / each.cpu, 2) if each.typed_cpu else None,
            round(each.alerts / each.cpu / each.looped) if each.looped else None,
        )
        for each in asked
    ]
    report.rows(columns, rows)
    print(
        json.dumps(
            {"machine": machine(), "asked": [dict(zip(columns, r, strict=True)) for r in rows]}
        )
    )


if __name__ == "__main__":
    main()
