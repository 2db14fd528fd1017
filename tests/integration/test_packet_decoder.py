"""The JVM's decoder against fastavro, field by field, over every sample packet there is."""

from __future__ import annotations

import base64
import csv
import io
import json
import math
import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fastavro
import pytest
from fastavro.schema import load_schema_ordered

pytestmark = pytest.mark.jvm

ROOT = Path(__file__).parents[2]
JVM_TARGET = ROOT / "jvm" / "target"
DATA = Path(os.environ.get("MINIBROKER_SAMPLES", ROOT.parent / "shared" / "data"))

LOAD_ORDER = (
    "diaSource",
    "diaForcedSource",
    "diaNondetectionLimit",
    "diaObject",
    "ssSource",
    "ssObject",
    "MPCORB",
    "mpc_orbits",
    "alert",
)
"""Rubin's records refer to each other; each comes after those that it refers to."""

CUTOUTS = ("cutoutScience", "cutoutTemplate", "cutoutDifference")

EARLY = -1
"""What stands for the id of a packet without a header."""

BARE_SCHEMA_FROM = "ztf/history/vearly/b550e11e_87704463155000.avro"
"""ZTF's bare datums of 2017 have no schema of their own; this container of the same days fits."""


@dataclass(frozen=True)
class Sample:
    """One packet, and what fastavro finds in it."""

    survey: str
    packet: Path
    expected: Any


@dataclass(frozen=True)
class Samples:
    packets: list[Sample]
    spliced: dict[Path, Path]
    """The packets that the JVM wrote without their cutouts."""
    crowds: dict[Path, int]
    """Containers of several records, which are no packets, and how many records."""
    decoded: dict[str, dict[str, Any]]
    """What the JVM printed, by path."""
    schemas: dict[int, Any]
    """By the id in front of a packet."""


def rows() -> Iterator[dict[str, str]]:
    with (DATA / "MANIFEST.csv").open(newline="") as file:
        yield from csv.DictReader(file)


def without_logical_types(schema: Any) -> Any:
    """Make fastavro give what is in the bytes: it would turn timestamps into datetimes."""
    if isinstance(schema, dict):
        return {k: without_logical_types(v) for k, v in schema.items() if k != "logicalType"}
    if isinstance(schema, list):
        return [without_logical_types(branch) for branch in schema]
    return schema


def as_json(value: Any) -> Any:
    """Give a value the form that the JVM prints: NaN and the infinities are NULL."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {name: as_json(field) for name, field in value.items()}
    if isinstance(value, list):
        return [as_json(element) for element in value]
    return value


def datum(data: bytes, schema: Any) -> Any:
    stream = io.BytesIO(data)
    value = fastavro.schemaless_reader(stream, schema, None)
    assert stream.read() == b""
    return value


def container_schema(container: bytes) -> Any:
    metadata = fastavro.reader(io.BytesIO(container)).metadata
    return without_logical_types(json.loads(metadata["avro.schema"]))


def records(container: bytes) -> list[Any]:
    schema = container_schema(container)
    found = []
    block: Any
    for block in fastavro.block_reader(io.BytesIO(container)):
        for _ in range(block.num_records):
            found.append(fastavro.schemaless_reader(block.bytes_, schema, None))
        assert block.bytes_.read() == b""
    return found


def rubin_schemas(folder: Path) -> dict[int, Any]:
    schemas = {}
    for version in sorted((DATA / "lsst" / "schema").iterdir()):
        major, minor = map(int, version.name.split("."))
        files = [f for name in LOAD_ORDER for f in sorted(version.glob(f"*.{name}.avsc"))]
        schema = load_schema_ordered([str(file) for file in files])
        (folder / f"{major * 100 + minor}.avsc").write_text(json.dumps(schema))
        schemas[major * 100 + minor] = without_logical_types(schema)
    return schemas


def from_container(survey: str, packet: Path, crowds: dict[Path, int], work: Path) -> list[Sample]:
    """Make one sample of each record; records that share a container get one each as well."""
    found = records(packet.read_bytes())
    if len(found) == 1:
        return [Sample(survey, packet, found[0])]
    crowds[packet] = len(found)
    samples = []
    for number, record in enumerate(found):
        alone = work / f"{packet.stem}_{number}.avro"
        with alone.open("wb") as file:
            fastavro.writer(file, container_schema(packet.read_bytes()), [record])
        samples.append(Sample(survey, alone, record))
    return samples


def run_java(main: str, arguments: list[str], output: Path) -> None:
    classes = [JVM_TARGET / "classes", JVM_TARGET / "test-classes"]
    class_path_file = JVM_TARGET / "test.classpath"
    if not all(path.exists() for path in [*classes, class_path_file]):
        pytest.fail("the Java classes are not built: run `make jar`")
    java = shutil.which("java", path=f"{os.environ.get('JAVA_HOME', '')}/bin:{os.environ['PATH']}")
    if java is None:
        pytest.fail("there is no java on the PATH, nor a JAVA_HOME: JDK 17 is needed")
    class_path = ":".join([*map(str, classes), class_path_file.read_text().strip()])
    with output.open("wb") as stdout:
        done = subprocess.run(
            [java, "-Xmx1g", "-cp", class_path, f"minibroker.avro.{main}", *arguments],
            stdout=stdout,
            stderr=subprocess.PIPE,
            timeout=120,
            check=False,
        )
    assert done.returncode == 0, done.stderr.decode()


def run_decoder(schemas: Path, listing: Path, bare: Path, work: Path) -> Iterator[Any]:
    output = work / "decoded.jsonl"
    run_java("PacketDump", [str(schemas), str(listing), str(bare)], output)
    with output.open() as lines:
        yield from map(json.loads, lines)


def run_splicer(schemas: Path, listing: Path, bare: Path, work: Path) -> Path:
    """Return the folder in which the packet of each line is, by the line's number."""
    spliced = work / "spliced"
    spliced.mkdir()
    arguments = [str(schemas), str(listing), str(bare), str(spliced), ",".join(CUTOUTS)]
    run_java("SpliceDump", arguments, work / "spliced.log")
    return spliced


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Samples:
    if not DATA.is_dir():
        pytest.skip(
            f"no sample packets: {DATA} is not there (MINIBROKER_SAMPLES names another folder)"
        )
    work = tmp_path_factory.mktemp("packets")
    ids = tmp_path_factory.mktemp("schemas")
    schemas = rubin_schemas(ids)
    early = container_schema((DATA / BARE_SCHEMA_FROM).read_bytes())
    bare = work / "bare.avsc"
    bare.write_text(json.dumps(early))

    packets: list[Sample] = []
    crowds: dict[Path, int] = {}
    for row in rows():
        path = DATA / row["file"]
        survey = row["file"].split("/")[0]
        match row["wire"].split():
            case ["OCF"]:
                packets += from_container(survey, path, crowds, work)
            case ["tar.gz", *_]:
                unpacked = work / path.name
                with tarfile.open(path) as tar:
                    tar.extractall(unpacked, filter="data")
                for packet in sorted(unpacked.rglob("*.avro")):
                    packets += from_container(survey, packet, crowds, work)
            case ["confluent", number]:
                data = path.read_bytes()
                schema_id = int(number.removeprefix("id="))
                assert data[:5] == b"\0" + schema_id.to_bytes(4, "big")
                packets.append(Sample(survey, path, datum(data[5:], schemas[schema_id])))
            case ["bare", *_]:
                packets.append(Sample(survey, path, datum(path.read_bytes(), early)))
            case wire:
                assert wire == ["json"], f"{path}: what is {wire}?"
    paths = [sample.packet for sample in packets] + list(crowds)
    listing = work / "packets.txt"
    listing.write_text("".join(f"{packet}\n" for packet in paths))
    decoded = {line["packet"]: line for line in run_decoder(ids, listing, bare, work)}
    folder = run_splicer(ids, listing, bare, work)
    spliced = {path: folder / str(number) for number, path in enumerate(paths)}
    return Samples(packets, spliced, crowds, decoded, schemas | {EARLY: early})


def difference(expected: Any, found: Any, path: str = "") -> str | None:
    """Name the first place where two values are not the same, to the type and the zero's sign."""
    if isinstance(expected, dict) and isinstance(found, dict):
        if expected.keys() != found.keys():
            return f"{path}: fields {sorted(expected.keys() ^ found.keys())}"
        pairs = [(f"{path}.{name}", value, found[name]) for name, value in expected.items()]
    elif isinstance(expected, list) and isinstance(found, list):
        if len(expected) != len(found):
            return f"{path}: {len(expected)} elements and {len(found)}"
        pairs = [
            (f"{path}[{i}]", e, f) for i, (e, f) in enumerate(zip(expected, found, strict=True))
        ]
    else:
        return None if repr(expected) == repr(found) else f"{path}: {expected!r} and {found!r}"
    return next((d for name, e, f in pairs if (d := difference(e, f, name)) is not None), None)


@pytest.mark.parametrize("survey", ["ztf", "lsst", "elasticc", "other"])
def test_every_field_is_what_fastavro_reads(samples: Samples, survey: str) -> None:
    mine = [sample for sample in samples.packets if sample.survey == survey]
    assert mine
    wrong = []
    for sample in mine:
        found = samples.decoded[str(sample.packet)]
        if "error" in found:
            wrong.append(f"{sample.packet}: {found['error']}")
        elif place := difference(as_json(sample.expected), found["row"]):
            wrong.append(f"{sample.packet}: {place}")
    assert not wrong


def test_a_container_of_many_alerts_is_refused(samples: Samples) -> None:
    assert sorted(samples.crowds.values()) == [7, 10, 31]
    for packet, count in samples.crowds.items():
        error = samples.decoded[str(packet)]["error"]
        assert error == f"a container of {count} records: one packet must hold one alert"


def test_no_packet_is_left_out(samples: Samples) -> None:
    in_manifest = sum(
        1 if row["wire"] == "bare datum" else int(row["records"] or 0)
        for row in rows()
        if row["kind"] != "schema"
    )
    assert len(samples.packets) == in_manifest
    assert len(samples.decoded) == in_manifest + len(samples.crowds)


@dataclass(frozen=True)
class Parts:
    """What stands before and after a packet's datum, its schema, and its top-level fields."""

    frame: tuple[bytes, bytes]
    schema: Any
    fields: dict[str, bytes]


def datum_fields(data: bytes, schema: Any) -> dict[str, bytes]:
    """Cut a datum into the bytes of its fields, as fastavro finds their ends."""
    ends = [0]
    for count in range(1, len(schema["fields"]) + 1):
        stream = io.BytesIO(data)
        part = schema | {"fields": schema["fields"][:count]}
        fastavro.schemaless_reader(stream, part, None)
        ends.append(stream.tell())
    assert ends[-1] == len(data)
    names = [field["name"] for field in schema["fields"]]
    return {
        name: data[start:end] for name, start, end in zip(names, ends[:-1], ends[1:], strict=True)
    }


def parts_of(packet: bytes, schemas: dict[int, Any]) -> Parts:
    if packet.startswith(b"Obj"):
        schema = container_schema(packet)
        # Some writers end with a block of nothing.
        blocks: Any = fastavro.block_reader(io.BytesIO(packet))
        (block,) = (each for each in blocks if each.num_records)
        sync = packet[-16:]
        header = packet[: packet.index(sync) + len(sync)]
        return Parts((header, sync), schema, datum_fields(block.bytes_.read(), schema))
    number = int.from_bytes(packet[1:5], "big") if packet[0] == 0 else EARLY
    start = 0 if number == EARLY else 5
    return Parts(
        (packet[:start], b""), schemas[number], datum_fields(packet[start:], schemas[number])
    )


def nullable(schema: Any, name: str) -> bool:
    (field,) = (field for field in schema["fields"] if field["name"] == name)
    return isinstance(field["type"], list) and "null" in field["type"]


@pytest.mark.parametrize("survey", ["ztf", "lsst", "elasticc", "other"])
def test_a_spliced_packet_is_the_same_bytes_but_for_its_cutouts(
    samples: Samples, survey: str
) -> None:
    mine = [sample for sample in samples.packets if sample.survey == survey]
    shorter = 0
    for sample in mine[:: max(1, len(mine) // 40)]:
        before = parts_of(sample.packet.read_bytes(), samples.schemas)
        after = parts_of(samples.spliced[sample.packet].read_bytes(), samples.schemas)
        assert after.frame == before.frame
        assert after.schema == before.schema
        for name, value in before.fields.items():
            if name in CUTOUTS and nullable(before.schema, name):
                branches = next(f["type"] for f in before.schema["fields"] if f["name"] == name)
                assert after.fields[name] == bytes([2 * branches.index("null")])
                shorter += len(value) > 1
            else:
                assert after.fields[name] == value
    assert shorter or survey == "elasticc"


def test_a_packet_of_many_alerts_is_not_spliced(samples: Samples) -> None:
    for packet in samples.crowds:
        assert samples.spliced[packet].read_bytes() == packet.read_bytes()


@pytest.mark.parametrize("survey", ["ztf", "lsst", "elasticc", "other"])
def test_fastavro_reads_every_spliced_packet(samples: Samples, survey: str) -> None:
    for sample in (sample for sample in samples.packets if sample.survey == survey):
        spliced = samples.spliced[sample.packet].read_bytes()
        if spliced.startswith(b"Obj"):
            (found,) = records(spliced)
        elif spliced[0] == 0:
            found = datum(spliced[5:], samples.schemas[int.from_bytes(spliced[1:5], "big")])
        else:
            found = datum(spliced, samples.schemas[EARLY])
        cut = {name: None for name in CUTOUTS if found.get(name, 0) is None}
        assert difference(sample.expected | cut, found) is None
