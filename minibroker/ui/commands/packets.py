"""Commands on the packets of a topic."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter
from cyclopts.validators import Number

from minibroker.model.errors import ConfigError
from minibroker.model.night import parse_night
from minibroker.model.start import parse_start
from minibroker.ui.app import Options, app

if TYPE_CHECKING:
    from minibroker.service.visit import Visit

VISITS = ("topic", "part", "packets", "bytes", "seconds")
Count = Annotated[int, Parameter(validator=Number(gte=1))]


@app.command
def tail(
    topic: str,
    *,
    from_: Annotated[str, Parameter(name="--from")] = "latest",
    number: Annotated[Count | None, Parameter(name=["-n", "--number"])] = None,
    every: Count = 1,
    until_eos: Annotated[bool, Parameter(negative="")] = False,
    group: str = "",
    fields: str = "",
    raw: Annotated[bool, Parameter(negative="")] = False,
    table: Annotated[bool, Parameter(negative="")] = False,
    stamps: Path | None = None,
    save: Path | None = None,
    format: Literal["avro", "parquet"] | None = None,
    options: Options = Options(),
) -> None:
    """Show the alerts of a filter, or of any topic, as they come, without their cutouts.

    Parameters
    ----------
    topic
        A filter's name or a topic's: a survey's own, dead letters (with the reason), any.
    from_
        Where to begin: earliest, latest, or a time such as 2026-03-05T04:30:00Z (the first
        message that Kafka stored then or later).
    number
        End after so many alerts.
    every
        Show one of so many.
    until_eos
        End at the end of the topic.
    group
        A consumer group: it goes on where it stopped, and --from counts only the first time.
    fields
        What to show, as objectId,candidate.magpsf
    raw
        Write the messages' own bytes, nothing between them.
    table
        Show a table.
    stamps
        A folder for the images, as FITS and PNG; a terminal shows them too.
    save
        A folder to save the alerts in.
    format
        What --save writes: the packets, one file each (avro), or Parquet without cutouts.

    Example: minibroker tail ztf_asteroids --from earliest -n 10
    """
    from minibroker.service.tail import Wanted

    report = options.report
    if options.json + raw + table > 1:
        raise ConfigError("usage", "--raw, --json and --table exclude each other", "choose one")
    if format and save is None:
        raise ConfigError("usage", "--format without --save", "name the folder: --save DIR")
    paths = tuple(tuple(each.strip().split(".")) for each in fields.split(",") if each.strip())
    wanted = Wanted(
        parse_start(from_), group, until_eos, number, every, paths, save, format or "avro", stamps
    )
    packets = options.broker().packets
    with closing(packets.tail(topic, wanted)) as shown:
        for each in shown:
            if raw:
                report.raw(each.packet.value)
            elif table:
                report.table_line(each.columns, each.values)
            else:
                report.alert(each.offset, each.columns, each.values, each.alert)
            if stamps is not None and each.survey is not None:
                found, broken = packets.save_stamps(each, stamps)
                for error in broken:
                    report.tell(f"{each.name}: {error.message}")
                if found and not (raw or table or options.json):
                    report.pictures(found)


@app.command
def produce(
    *files: Path,
    topic: str,
    visit: Annotated[float, Parameter(validator=Number(gte=0))] = 39.0,
    batch: Count = 10_000,
    rate: Annotated[float | None, Parameter(validator=Number(gt=0))] = None,
    repeat: Annotated[int, Parameter(validator=Number(gte=0))] = 1,
    encode: Literal["avro", "json"] = "avro",
    partitions: Count | None = None,
    options: Options = Options(),
) -> None:
    """Send the packets of files to a topic, one visit a batch on the wall clock's grid.

    Parameters
    ----------
    files
        Files of packets, folders of .avro files, tar archives of them. A container of many
        alerts is a visit of its own and is sent packet by packet.
    topic
        Where to send them; it is made if it is not there.
    visit
        Seconds from one visit to the next; 0 sends all at once.
    batch
        Packets of a visit at most.
    rate
        Packets a second at most.
    repeat
        How often to send all of it; 0 until it is interrupted.
    encode
        avro: the packets' own bytes; json: the alerts without their images.
    partitions
        Of a topic that is made; without it those of `kafka.partitions`.

    Example: minibroker produce alerts/ --topic ztf --visit 0
    """
    from minibroker.service.produce import Pace

    if not files:
        raise ConfigError("no-packets", "no file given", "name a file, a folder or a tar archive")
    pace = Pace(visit, batch, rate, repeat)
    sent = options.broker().packets.produce(files, topic, pace, encode == "json", partitions)
    options.report.rows(VISITS, _visits(topic, sent))


@app.command
def simulate(
    survey: str,
    night: str,
    *,
    alerts: Annotated[int | None, Parameter(validator=Number(gte=0))] = None,
    visits: Count | None = None,
    pace: Literal["real", "fast"] = "fast",
    seed: int = 1,
    options: Options = Options(),
) -> None:
    """Send a simulated night of alerts to a survey's topic: to try filters without a survey.

    Parameters
    ----------
    survey
        A survey's name.
    night
        The night, as 2026-03-05.
    alerts
        How many packets to send; 1000, or with --visits as many as those usually have.
    visits
        Only the night's first so many visits, one after the other.
    pace
        real: a visit every 39 or 40 s of the wall clock, sent in bursts within 3 s; fast: at once.
    seed
        One seed is one sky: the same seed on another night shows the same objects again.

    Example: minibroker simulate ztf 2026-03-05 --alerts 500
    """
    broker = options.broker()
    date = parse_night(night)
    sent = broker.packets.simulate(survey, date, alerts, seed, visits, pace == "real")
    options.report.rows(("topic", "packets"), [(broker.topic_of_night(survey, date), sent)])


@app.command
def record(
    topic: str,
    file: Path,
    *,
    from_: Annotated[str, Parameter(name="--from")] = "latest",
    number: Annotated[Count | None, Parameter(name=["-n", "--number"])] = None,
    until_eos: Annotated[bool, Parameter(negative="")] = False,
    options: Options = Options(),
) -> None:
    """Keep a topic's messages in a file, with keys, headers and when each came.

    Parameters
    ----------
    topic
        A filter's name or a topic's.
    file
        Where to keep them; Ctrl-C ends it well.
    from_
        Where to begin: earliest, latest, or a time such as 2026-03-05T04:30:00Z.
    number
        End after so many messages.
    until_eos
        End at the end of the topic.

    Example: minibroker record ztf night.avro --from earliest --until-eos
    """
    kept = options.broker().packets.record(topic, file, parse_start(from_), number, until_eos)
    options.report.rows(("topic", "messages", "file"), [(topic, kept, str(file))])


@app.command
def play(
    file: Path,
    *,
    topic: str,
    speed: str = "1",
    repeat: Annotated[int, Parameter(validator=Number(gte=0))] = 1,
    interval: Annotated[float, Parameter(validator=Number(gte=0))] = 0.0,
    options: Options = Options(),
) -> None:
    """Send a recording to a topic at the pace at which it came, or faster.

    Parameters
    ----------
    file
        What `minibroker record` kept.
    topic
        Where to send it; it is made if it is not there.
    speed
        How many times as fast as it came, or max.
    repeat
        How often to send it; 0 until it is interrupted.
    interval
        Begin each time on the wall clock's grid of so many seconds.

    Example: minibroker play night.avro --topic again --speed 10
    """
    sent = options.broker().packets.play(file, topic, speed, repeat, interval)
    options.report.rows(VISITS, _visits(topic, sent))


def _visits(topic: str, sent: Sequence[Visit]) -> list[tuple[str, str, int, int, float]]:
    return [(topic, each.name, each.packets, each.bytes, round(each.seconds, 3)) for each in sent]
