"""A night's certificate: what every filter delivered, checked against the archive and kept."""

from __future__ import annotations

import html
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from minibroker import __version__
from minibroker.engine.archive import Archive, Place
from minibroker.engine.night_audit import Audited, Ran, audit_dead, audit_version
from minibroker.service.importing import import_topic

FOLDER = "certificates"


@dataclass(frozen=True)
class Version:
    """One version of a filter as it is audited."""

    ran: Ran
    fingerprint: str
    text: str


@dataclass(frozen=True)
class Certificate:
    """What an audit of one night found."""

    survey: str
    night: str
    made_at: str
    """UTC, ISO 8601."""
    dead: int
    dead_differences: tuple[Place, ...]
    """Packets that only the stream, or only the archive, set aside as undecodable."""
    filters: tuple[tuple[Version, Audited], ...]

    @property
    def is_right(self) -> bool:
        """Whether stream and archive agree on every packet of the night."""
        return not self.dead_differences and all(each.is_right for _, each in self.filters)

    def differences(self) -> Iterator[str]:
        """Yield a line for each packet in which stream and archive differ, and each wrong sum."""
        for place in self.dead_differences:
            yield f"{_spelled(place)}: undecodable for the stream or the archive alone"
        for version, audited in self.filters:
            name = f"{version.ran.owner}.{version.ran.name} version {version.ran.version}"
            for what, places in _kinds(audited):
                yield from (f"{_spelled(place)}: {name}: {what}" for place in places)
            if not audited.adds_up:
                yield (
                    f"{name}: read {audited.read}, but passed {audited.passed}, not passed"
                    f" {audited.not_passed} and dead {audited.dead}"
                )


def audit_night(
    archive: Archive, survey: str, night: str, versions: Sequence[Version]
) -> Certificate:
    """Audit versions of filters over one night of the archive, imported packets left out."""
    unread = import_topic(survey)
    dead, differences = audit_dead(archive, night, unread)
    return Certificate(
        survey=survey,
        night=night,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        dead=dead,
        dead_differences=differences,
        filters=tuple((each, audit_version(archive, night, each.ran, unread)) for each in versions),
    )


def keep(certificate: Certificate, archive: Archive) -> Path:
    """Write a certificate as JSON and as a page to read, and return the JSON's file.

    Either is there as a whole or not at all; a later audit of the night replaces it.
    """
    folder = archive.folder / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"night={certificate.night}.json"
    _replace(file.with_suffix(".html"), page(certificate))
    _replace(file, json.dumps(as_json(certificate), indent=2) + "\n")
    return file


def as_json(certificate: Certificate) -> dict[str, Any]:
    """Return a certificate as plain values."""
    return {
        "survey": certificate.survey,
        "night": certificate.night,
        "made_at": certificate.made_at,
        "minibroker": __version__,
        "agrees": certificate.is_right,
        "dead": certificate.dead,
        "dead_differences": [asdict(place) for place in certificate.dead_differences],
        "filters": [
            {
                "owner": version.ran.owner,
                "filter": version.ran.name,
                "version": version.ran.version,
                "fingerprint": version.fingerprint,
                "text": version.text,
                "passed": audited.passed,
                "agrees": audited.is_right,
                **asdict(audited),
            }
            for version, audited in certificate.filters
        ],
    }


def page(certificate: Certificate) -> str:
    """Return a certificate as an HTML page that needs nothing else."""
    verdict = "agree on every packet" if certificate.is_right else "DIFFER"
    title = f"{certificate.survey}, night {certificate.night}: stream and archive {verdict}"
    columns = ("filter", "version", "read", "passed", "not passed", "dead", "sent", "over quota")
    head = "".join(f"<th>{name}</th>" for name in (*columns, "digest"))
    rows = "\n".join(_row(version, audited) for version, audited in certificate.filters)
    texts = "\n".join(
        f"<h2>{html.escape(f'{v.ran.owner}.{v.ran.name}')}, version {v.ran.version}</h2>"
        f"<p>fingerprint <code>{v.fingerprint}</code></p><pre>{html.escape(v.text)}</pre>"
        + _differences(audited)
        for v, audited in certificate.filters
    )
    aside = _listed("set aside by one engine alone", certificate.dead_differences)
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title>
<style>body {{ font-family: sans-serif; margin: 2em }} td, th {{ padding: 0.2em 0.8em;
text-align: right }} td:first-child, th:first-child {{ text-align: left }}</style></head>
<body><h1>{html.escape(title)}</h1>
<p>Made {certificate.made_at} by minibroker {__version__}; {certificate.dead} packets could not be
decoded. A digest is the SHA-256 of the lines <code>topic partition offset alert_id</code> of the
alerts that passed, in the order of the places.</p>{aside}
<table><tr>{head}</tr>
{rows}
</table>
{texts}
</body></html>
"""


def _row(version: Version, audited: Audited) -> str:
    a = audited
    numbers = (a.read, a.passed, a.not_passed, a.dead, a.sent, a.over_quota)
    cells = "".join(f"<td>{number:,}</td>" for number in (version.ran.version, *numbers))
    name = html.escape(f"{version.ran.owner}.{version.ran.name}")
    return f"<tr><td>{name}</td>{cells}<td><code>{a.digest[:16]}</code></td></tr>"


def _differences(audited: Audited) -> str:
    return "".join(_listed(what, places) for what, places in _kinds(audited))


def _kinds(audited: Audited) -> tuple[tuple[str, tuple[Place, ...]], ...]:
    return (
        ("passed in the archive and not delivered", audited.missing),
        ("delivered and not passed in the archive", audited.extra),
        ("delivered more than once", audited.doubled),
    )


def _spelled(place: Place) -> str:
    return f"{place.topic} {place.partition} {place.offset}"


def _listed(what: str, places: Sequence[Place]) -> str:
    if not places:
        return ""
    items = "".join(f"<li>{html.escape(_spelled(place))}</li>" for place in places)
    return f"<p>{what}:</p><ul>{items}</ul>"


def _replace(file: Path, text: str) -> None:
    unfinished = file.with_name(f".{file.name}")
    unfinished.write_text(text, encoding="utf-8")
    os.replace(unfinished, file)
