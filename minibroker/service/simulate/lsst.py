"""Rubin's packets: a Confluent header, then the bare datum."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minibroker.engine.avro_container import varint
from minibroker.model.errors import ConfigError
from minibroker.model.survey import SchemaVersion, Survey
from minibroker.service.simulate import dice
from minibroker.service.simulate.avro_rows import Maybe, encode_rows
from minibroker.service.simulate.lsst_columns import (
    Columns,
    LsstCells,
    forced_columns,
    object_columns,
    orbit_columns,
    solar_system_columns,
    source_columns,
)
from minibroker.service.simulate.packet import (
    SimulatedPacket,
    branch_of,
    element_fields,
    field_named,
    null_of,
)
from minibroker.service.simulate.sky import Cadence, Kind, Sightings
from minibroker.service.simulate.stamp import PlainStamps

_CADENCE = Cadence(
    fields=6440,
    fields_a_night=460,
    block=25,
    step=39.0,
    start=0.985,
    history=365,
    declinations=(-72.0, 5.0),
    side=3.0,
    bands=((0, 1), (1, 2), (2, 3), (3, 4), (4, 5)),
    limits=(23.8, 24.5, 24.0, 23.4, 22.7, 22.0),
    mixture=(0.55, 0.12, 0.10, 0.23),
    visit_alerts=10_000,
)

_CUTOUTS = ("cutoutDifference", "cutoutScience", "cutoutTemplate")


class LsstPackets:
    """Packets of one seed, written with one version of the schema."""

    cadence = _CADENCE

    def __init__(self, survey: Survey, version: SchemaVersion, seed: int) -> None:
        if version.schema_id is None:
            raise ConfigError(
                "simulate-schema-id",
                f"{survey.name} {version.version}: its packets begin with a schema id",
                "set `schema_id` in survey.toml",
            )
        self._fields: list[dict[str, Any]] = version.avro["fields"]
        self._avro = version.avro
        self._stamps = PlainStamps(seed)
        self._head = struct.pack(">bI", 0, version.schema_id)

    def packets(self, seen: Sightings) -> list[SimulatedPacket]:
        """Return the alert of every source in the visit that saw it, in the sources' order."""
        now = len(seen.visits) - 1
        count = len(seen.sources)
        current = LsstCells(seen, np.arange(count), np.full(count, now))
        parts = self._scalars(seen, current) | self._histories(seen)
        ids = current.source_id().tolist()
        objects = np.where(current.is_asteroid, 0, current.object_id()).tolist()
        visit = int(current.visit()[0])
        packets = []
        for i, stamps in enumerate(self._images(current)):
            datum = [self._head]
            for field in self._fields:
                stamp = stamps.get(field["name"])
                if stamp is None:
                    datum.append(parts[field["name"]][i])
                else:
                    size = sum(map(len, stamp))
                    datum += [branch_of(field)[0], varint(size), *stamp]
            packets.append(
                SimulatedPacket(
                    b"".join(datum),
                    ids[i],
                    str(objects[i]),
                    visit,
                    float(seen.visits.mjd[now]),
                    Kind(int(seen.sources.kind[i])).name.lower(),
                )
            )
        return packets

    def _scalars(self, seen: Sightings, current: LsstCells) -> dict[str, list[bytes]]:
        """Return the encoded fields that are not arrays."""
        count = len(current)
        is_asteroid = current.is_asteroid
        orbit = orbit_columns(current)
        columns: Columns = {
            "diaSourceId": current.source_id(),
            "observation_reason": "pairs_15_gri",
            "target_name": f"field_{seen.visits.field:05d}",
            "diaSource": source_columns(current),
            "diaObject": Maybe(object_columns(seen, current), ~is_asteroid),
            "ssSource": Maybe(solar_system_columns(current), is_asteroid),
            "mpc_orbits": Maybe(orbit, is_asteroid),
            "MPCORB": Maybe(orbit, is_asteroid),
        }
        parts = {}
        for field in self._fields:
            if field["name"] in columns:
                rows = encode_rows([field], columns, count)
                parts[field["name"]] = [rows.row(i) for i in range(count)]
        return parts

    def _histories(self, seen: Sightings) -> dict[str, list[bytes]]:
        past = seen.detected.copy()
        past[:, -1] = False
        has_past = past.any(axis=1)
        # Photometry is forced in every visit, but only for what was detected before.
        forced = np.broadcast_to(has_past[:, None], past.shape).copy()
        forced[:, -1] = False
        is_asteroid = seen.sources.kind == Kind.ASTEROID
        return {
            "prvDiaSources": self._array("prvDiaSources", seen, past, has_past),
            "prvDiaForcedSources": self._array("prvDiaForcedSources", seen, forced, ~is_asteroid),
        }

    def _array(
        self, name: str, seen: Sightings, which: NDArray[np.bool_], present: NDArray[np.bool_]
    ) -> list[bytes]:
        """Return an array of the true cells for each source, NULL where it is not present."""
        field = field_named(self._avro, name)
        if field is None:
            return []
        cells = LsstCells(seen, *seen.rows(which))
        make = source_columns if name == "prvDiaSources" else forced_columns
        fields = element_fields(self._avro, field)
        rows = encode_rows(fields, make(cells), len(cells))
        stops = np.cumsum(which.sum(axis=1)).tolist()
        before, null = branch_of(field)[0], null_of(field)
        return [
            before + rows.array(start, stop) if there else null
            for start, stop, there in zip([0, *stops], stops, present.tolist(), strict=False)
        ]

    def _images(self, current: LsstCells) -> list[dict[str, tuple[bytes, bytes, bytes]]]:
        sources = current.sources
        picks = dice.whole(current.key, 90, 1 << 20)
        plates = dice.whole(sources.key, 91, 1 << 20)
        stamps = self._stamps
        images = {
            "cutoutDifference": (picks, current.flux, 0.0),
            "cutoutScience": (picks + 7, current.flux + sources.host, 150.0),
            "cutoutTemplate": (plates, sources.host, 30.0),
        }
        pixels = {name: stamps.images(*image) for name, image in images.items()}
        x, y = current.pixel()
        out = []
        for i, (ra, dec, px, py) in enumerate(
            zip(sources.ra.tolist(), sources.dec.tolist(), x.tolist(), y.tolist(), strict=True)
        ):
            header = stamps.header(ra, dec, px, py)
            out.append(
                {
                    name: (header, pixels[name][i], stamps.tail(int(images[name][0][i])))
                    for name in _CUTOUTS
                }
            )
        return out
