"""ZTF's packets: one Avro object container each, its schema in front."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minibroker.engine.avro_container import Containers, Framing, varint
from minibroker.model.survey import SchemaVersion, Survey
from minibroker.model.types import Array, Struct, Type
from minibroker.service.simulate import dice
from minibroker.service.simulate.avro_rows import Rows, encode_rows
from minibroker.service.simulate.packet import (
    SimulatedPacket,
    branch_of,
    element_fields,
    field_named,
    null_of,
)
from minibroker.service.simulate.sky import MJD_OF_DATE, Cadence, Kind, Sightings
from minibroker.service.simulate.stamp import GzipStamps
from minibroker.service.simulate.ztf_columns import (
    Columns,
    ZtfCells,
    candidate_columns,
    forced_columns,
    previous_columns,
)

_CADENCE = Cadence(
    fields=1200,
    fields_a_night=400,
    block=50,
    step=40.0,
    start=0.125,
    history=30,
    declinations=(-28.0, 82.0),
    side=6.8,
    bands=((1, 2),),
    limits=(0.0, 20.8, 20.6, 20.0),
    mixture=(0.57, 0.10, 0.12, 0.21),
    visit_alerts=1200,
)
_LETTERS = 26**7
"""How many names a year has."""


class ZtfPackets:
    """Packets of one seed, written with one version of the schema."""

    cadence = _CADENCE

    def __init__(self, survey: Survey, version: SchemaVersion, seed: int) -> None:
        self._version = version
        self._fields: list[dict[str, Any]] = version.avro["fields"]
        self._stamps = GzipStamps(seed)
        schema = json.dumps(_documented(version.avro, survey.alert), separators=(",", ":"))
        sync = hashlib.sha256(f"{survey.name} {seed}".encode()).digest()[:16]
        self._containers = Containers(Framing(schema.encode(), sync))

    def packets(self, seen: Sightings) -> list[SimulatedPacket]:
        """Return the alert of every source in the visit that saw it, in the sources' order."""
        now = len(seen.visits) - 1
        sources = np.arange(len(seen.sources))
        current = ZtfCells(seen, sources, np.full(len(sources), now))
        names = _names(seen)
        head = self._alert_head(seen, current, names)
        past = np.ones(seen.flux.shape, np.bool_)
        past[:, now] = False
        history = ZtfCells(seen, *seen.rows(past))
        parts = {
            "prv_candidates": self._rows("prv_candidates", previous_columns(history), history),
            "fp_hists": self._rows("fp_hists", forced_columns(history), history),
        }
        candid = current.candid().tolist()
        pid = current.pid().tolist()
        return [
            SimulatedPacket(
                self._containers.container(
                    head.row(i), *self._tail(i, now, parts, stamps, candid[i], pid[i])
                ),
                candid[i],
                names[i].decode(),
                pid[i],
                float(seen.visits.mjd[now]),
                Kind(int(seen.sources.kind[i])).name.lower(),
            )
            for i, stamps in enumerate(self._images(current))
        ]

    def _alert_head(self, seen: Sightings, current: ZtfCells, names: NDArray[Any]) -> Rows:
        columns = {
            "schemavsn": self._version.version,
            "publisher": "ZTF (www.ztf.caltech.edu)",
            "objectId": names,
            "candid": current.candid(),
            "candidate": candidate_columns(seen, current),
        }
        fields = [field for field in self._fields if field["name"] in columns]
        return encode_rows(fields, columns, len(names))

    def _rows(self, name: str, columns: Columns, cells: ZtfCells) -> Rows | None:
        field = field_named(self._version.avro, name)
        if field is None:
            return None
        return encode_rows(element_fields(self._version.avro, field), columns, len(cells))

    def _tail(
        self,
        index: int,
        now: int,
        parts: dict[str, Rows | None],
        stamps: dict[str, tuple[str, bytes]],
        candid: int,
        pid: int,
    ) -> list[bytes]:
        """Return what follows the candidate: histories and cutouts, in the schema's order."""
        out = []
        for field in self._fields:
            rows = parts.get(field["name"])
            if rows is not None and now == 0:
                out.append(null_of(field))
            elif rows is not None:
                out += [branch_of(field)[0], rows.array(index * now, (index + 1) * now)]
            elif field["name"] in stamps:
                ending, stamp = stamps[field["name"]]
                file = f"candid{candid}_{ending.format(pid=pid)}.fits.gz".encode()
                out += [branch_of(field)[0], varint(len(file)), file, varint(len(stamp)), stamp]
        return out

    def _images(self, current: ZtfCells) -> list[dict[str, tuple[str, bytes]]]:
        counts = current.counts().tolist()
        hosts = (current.host() * current.counts_per_flux()).tolist()
        picks = dice.whole(current.key, 90, 1 << 20).tolist()
        plates = dice.whole(current.sources.key, 91, 1 << 20).tolist()
        stamps = self._stamps
        return [
            {
                "cutoutScience": ("pid{pid}_targ_sci", stamps.science(pick, count, host)),
                "cutoutTemplate": ("ref", stamps.template(plate, host)),
                "cutoutDifference": ("pid{pid}_targ_scimref", stamps.difference(pick, count)),
            }
            for count, host, pick, plate in zip(counts, hosts, picks, plates, strict=True)
        ]


def _names(seen: Sightings) -> NDArray[Any]:
    """Return objectIds: no two objects share one, and one object always has the same."""
    sources, visits = seen.sources, seen.visits
    today = date.fromordinal(int(visits.night[-1]) + MJD_OF_DATE)
    nightly = _CADENCE.fields_a_night
    of_day = 2 * today.timetuple().tm_yday + sources.era % 2
    number = np.select(
        [sources.kind == Kind.VARIABLE, sources.kind == Kind.SUPERNOVA],
        [
            visits.field * 4_000_000 + sources.slot,
            5_700_000_000
            + (sources.era % 5 * _CADENCE.fields + visits.field) * 300_000
            + sources.slot,
        ],
        (of_day * nightly + visits.field % nightly) * 19_000 + sources.slot,
    )
    # An odd prime mixes the names; it has no factor in common with 26, so none is used twice.
    number = number % _LETTERS * 715_827_883 % _LETTERS
    peak_years = {
        era: date.fromordinal(int((era + 0.5) * 90) + MJD_OF_DATE).year % 100
        for era in np.unique(sources.era[sources.kind == Kind.SUPERNOVA]).tolist()
    }
    years = [
        17 if kind == Kind.VARIABLE else peak_years.get(era, today.year % 100)
        for kind, era in zip(sources.kind.tolist(), sources.era.tolist(), strict=True)
    ]
    letters = np.empty((len(number), 7), np.uint8)
    for place in range(6, -1, -1):
        letters[:, place] = number % 26 + ord("a")
        number = number // 26
    words = letters.view("S7")[:, 0]
    return np.array(
        [b"ZTF%02d%s" % (year, word) for year, word in zip(years, words.tolist(), strict=True)]
    )


def _documented(avro: dict[str, Any], struct: Struct) -> dict[str, Any]:
    """Return a record with our own words in it, which every real packet carries the like of."""
    fields = []
    for field in avro["fields"]:
        known = struct.get(field["name"])
        if known is None:
            fields.append(field)
            continue
        words = f"{known.description} [{known.unit}]" if known.unit else known.description
        kind = _documented_type(field["type"], known.type)
        fields.append(field | {"type": kind} | ({"doc": words} if words else {}))
    return avro | {"fields": fields}


def _documented_type(node: Any, known: Type) -> Any:
    while isinstance(known, Array):
        known = known.element
    if not isinstance(known, Struct):
        return node
    if isinstance(node, list):
        return [_documented_type(branch, known) for branch in node]
    if isinstance(node, dict) and node["type"] == "array":
        return node | {"items": _documented_type(node["items"], known)}
    if isinstance(node, dict) and "fields" in node:
        return _documented(node, known)
    return node
