"""Commands on the archive's files, and on one alert in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from minibroker.model.errors import ConfigError, Exit, OutsideError
from minibroker.model.night import parse_night
from minibroker.ui.app import Options, app

if TYPE_CHECKING:
    from minibroker.engine.archive_lookup import ArchivedAlert
    from minibroker.model.survey import Survey

archive = App(
    name="archive",
    help="Look after the archive's files.\n\nExample: minibroker archive status",
)
app.command(archive)

Nights = Annotated[tuple[str, ...], Parameter(name="--night", negative="")]
Flag = Annotated[bool, Parameter(negative="")]


@archive.command
def status(survey: str = "", *, options: Options = Options()) -> None:
    """Show what each night has: files, alerts, packets, undecodable ones, size, compacted or not.

    Parameters
    ----------
    survey
        A survey's name; without it, all.

    Example: minibroker archive status
    """
    rows = [
        (
            *(name, night.night, night.files, night.alerts, night.packets, night.dead),
            *(_size(night.bytes, options.json), night.compacted, night.newest),
        )
        for name, night in options.broker().upkeep.status(survey)
    ]
    columns = ("night", "files", "alerts", "packets", "undecodable", "size", "compacted", "newest")
    options.report.rows(("survey", *columns), rows, noun="archived night")


@archive.command
def compact(
    survey: str = "",
    *,
    night: Nights = (),
    all: Flag = False,
    options: Options = Options(),
) -> None:
    """Make finished nights few files, sorted for look-ups; remove old ones no reader needs.

    A night is finished when it has ended and compaction.margin_hours have passed. Readers see the
    old files or the new ones, never both; it may be killed at any time and run again.

    Parameters
    ----------
    survey
        A survey's name; without it, all.
    night
        This night, finished or not; may be repeated.
    all
        Every night, finished or not.

    Example: minibroker archive compact ztf --night 2026-03-05
    """
    broker, report = options.broker(), options.report
    rows, removed, pending = [], 0, 0
    for each, done in broker.upkeep.compact(survey, _checked(night), all):
        removed, pending = removed + done.removed, pending + done.pending
        rows += [
            (
                *(each.name, made.night, made.table, made.rows),
                *(made.files_before, made.files_after),
                *(_size(made.bytes_before, options.json), _size(made.bytes_after, options.json)),
            )
            for made in done.compacted
        ]
    columns = ("night", "table", "rows", "files before", "files after", "before", "after")
    if rows or report.is_json:
        report.rows(("survey", *columns), rows, removed=removed, pending=pending)
    else:
        report.tell("no finished night has files to put together")
    if removed:
        report.tell(f"{removed} old files removed")
    if pending:
        grace = broker.config.compaction.grace_seconds
        report.tell(
            f"the old files of {pending} tables stay for {grace} s for whoever reads them:"
            " the next `minibroker archive compact` removes them"
        )


@archive.command
def verify(
    survey: str = "",
    *,
    night: Nights = (),
    deep: Flag = False,
    options: Options = Options(),
) -> None:
    """Check that the archive has every packet once, and its alert; exit 1 when it has not.

    Looks for files that cannot be read, gaps and doubles of Kafka's offsets, packets without their
    alert and alerts without their packet. A gap that Kafka explains by a transaction is none.

    Parameters
    ----------
    survey
        A survey's name; without it, all.
    night
        This night; may be repeated. Without it, all.
    deep
        Read every byte of every file.

    Example: minibroker archive verify ztf
    """
    broker, report = options.broker(), options.report
    found = broker.upkeep.verify(survey, _checked(night), deep)
    faults = [(each.name, fault) for each, fault in found]
    if report.is_json:
        named = [{"survey": name, **asdict(fault)} for name, fault in faults]
        report.value({"ok": not faults, "faults": named})
    elif faults:
        columns = ("survey", "fault", "night", "topic", "partition", "offsets", "count", "file")
        report.rows(
            (*columns, "why"),
            [
                (
                    *(name, f.kind, f.night, f.topic, f.partition, _span(f.begin, f.end)),
                    *(f.count, f.file, f.text),
                )
                for name, f in faults
            ],
        )
    else:
        report.tell("every packet is there once, with its alert")
    if faults:
        raise SystemExit(Exit.FILTER)


@archive.command(name="import")
def import_(*files: Path, options: Options = Options()) -> None:
    """Put the packets of files into the archive; filters do not get them.

    Takes .avro files, folders of them, and tar archives such as ztf_public_20180819.tar.gz, which
    are not unpacked. An alert whose id the archive has already is skipped, so the same file may be
    given twice; the stack must be up. Exit 1 when a file was no packet of a survey.

    Parameters
    ----------
    files
        Files, folders, tar archives.

    Example: minibroker archive import ztf_public_20180819.tar.gz
    """
    if not files:
        raise ConfigError("no-files", "no file given", "name .avro files, folders or tar archives")
    done = options.broker().upkeep.import_files(files)
    strangers = [asdict(each) for each in done.strangers]
    if done.counts or options.json:
        columns = ("survey", "archived", "known already")
        options.report.rows(columns, done.counts, strangers=strangers)
    if strangers:
        for each in done.strangers:
            options.report.tell(f"not imported: {each.origin}: {each.reason}")
        raise SystemExit(Exit.FILTER)


@app.command
def alert(
    alert_id: str,
    *,
    survey: str = "",
    packet: Path | None = None,
    stamps: Path | None = None,
    options: Options = Options(),
) -> None:
    """Show an alert of the archive by its id; write its packet and its images.

    Parameters
    ----------
    alert_id
        ZTF's candid, Rubin's diaSourceId.
    survey
        A survey's name; without it, all are looked through.
    packet
        A file to write the packet's bytes to, as they came.
    stamps
        A folder to write the cutouts to, as FITS and PNG.

    Example: minibroker alert 3350136160215010001 --packet alert.avro
    """
    broker, report = options.broker(), options.report
    found = broker.upkeep.alert(alert_id, survey)
    if found.copies > 1:
        report.tell(f"the archive has it {found.copies} times: this is the newest")
    written: list[str] = []
    if packet is not None:
        written.append(str(_write(packet, broker.upkeep.packet(found))))
    if stamps is not None:
        saved, broken = broker.upkeep.save_stamps(found, stamps)
        written += [str(file) for file in saved]
        for error in broken:
            report.tell(error.message)
    if report.is_json:
        named = {"survey": found.survey, "night": found.night, "copies": found.copies}
        report.value({"ok": True, **named, "written": written, "alert": found.alert})
        return
    report.rows(("field", "value"), _main_fields(broker.surveys[found.survey], found))
    for file in written:
        report.tell(f"wrote {file}")


def _main_fields(survey: Survey, found: ArchivedAlert) -> list[tuple[str, Any]]:
    own = ("kafka_topic", "kafka_partition", "kafka_offset", "kafka_timestamp", "schema_id")
    rows: list[tuple[str, Any]] = [("survey", found.survey), ("night", found.night)]
    for path in survey.default_columns:
        value: Any = found.alert
        for name in path:
            value = None if value is None else value.get(name)
        rows.append((".".join(path), value))
    for name in survey.histories:
        rows.append((name, f"{len(found.alert.get(name) or ())} measurements"))
    rows += [(name, found.alert.get(name)) for name in own]
    return rows


def _write(file: Path, packet: bytes) -> Path:
    try:
        file.write_bytes(packet)
    except OSError as error:
        raise OutsideError(
            "file-unwritable", f"{file}: {error.strerror}", "name another file"
        ) from error
    return file


def _checked(nights: Sequence[str]) -> list[str]:
    return [str(parse_night(night)) for night in nights]


def _size(size: int, exact: bool) -> Any:
    return size if exact else f"{size / 1e6:,.1f} MB"


def _span(begin: int | None, end: int | None) -> str:
    if begin is None or end is None:
        return ""
    return str(begin) if end == begin + 1 else f"{begin} to {end - 1}"
