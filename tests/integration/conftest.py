"""One real Kafka and one real Flink for all tests of a worker, and the real packets."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import fastavro
import pytest

from minibroker.broker import Broker
from minibroker.config import (
    Config,
    FlinkConfig,
    KafkaConfig,
    StackConfig,
    SubmitConfig,
    load_config,
)
from minibroker.engine.avro import AlertReader
from minibroker.model.survey import SchemaVersion
from minibroker.ui.demo import free_ports

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
LSST_ORDER = (
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


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real packets; a test that needs it is skipped elsewhere."""
    if not DATA.is_dir():
        pytest.skip(f"the real packets are not here ({DATA})")
    return DATA


@pytest.fixture(scope="session")
def registry() -> Iterator[str]:
    """A schema registry over HTTP that knows what the survey's own registry knows, and learns."""
    schemas = {str(number): json.dumps(schema) for number, schema in _lsst_schemas()}
    first = 70_000

    class Registry(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            text = schemas.get(self.path.rsplit("/", 1)[-1])
            self._answer(200 if text else 404, {"schema": text} if text else {"error_code": 40403})

        def do_POST(self) -> None:
            text = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["schema"]
            fastavro.parse_schema(json.loads(text))
            number = next((key for key, known in schemas.items() if known == text), None)
            number = number or str(first + len(schemas))
            schemas[number] = text
            self._answer(200, {"id": int(number)})

        def _answer(self, status: int, value: Any) -> None:
            body = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing: the output of the tests is the tests'."""

    server = ThreadingHTTPServer(("localhost", 0), Registry)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def _lsst_schemas() -> Iterator[tuple[int, Any]]:
    for folder in sorted((DATA / "lsst" / "schema").glob("*")):
        major, minor = folder.name.split(".")
        names = [f"lsst.v{major}_{minor}.{record}.avsc" for record in LSST_ORDER]
        files = [str(folder / name) for name in names if (folder / name).exists()]
        parsed = fastavro.schema.load_schema_ordered(files)
        yield int(major) * 100 + int(minor), _plain(parsed)


def _plain(schema: Any) -> Any:
    """Drop what fastavro adds to a parsed schema, and what a registry does not keep."""
    if isinstance(schema, dict):
        kept = ("type", "name", "fields", "items", "values", "symbols", "size", "namespace")
        return {key: _plain(value) for key, value in schema.items() if key in kept}
    if isinstance(schema, list):
        return [_plain(each) for each in schema]
    return schema


@pytest.fixture(scope="session")
def readers(data: Path, broker: Broker) -> dict[str, AlertReader]:
    """The referee's eyes: fastavro with the schema of every version in the data."""
    more = tuple(SchemaVersion(str(number), number, avro) for number, avro in _lsst_schemas())
    return {
        name: AlertReader(replace(survey, versions=more if name == "lsst" else survey.versions))
        for name, survey in broker.surveys.items()
    }


@pytest.fixture(scope="session")
def config(tmp_path_factory: pytest.TempPathFactory, registry: str) -> Config:
    """Settings of the run's stack: free ports, a folder of its own."""
    ports = free_ports(4)
    return replace(
        load_config(),
        data=tmp_path_factory.mktemp("stack"),
        owner="test",
        registry=registry,
        # The tests' filters pass everything, and most of them mean it.
        submit=SubmitConfig(max_share=100.0),
        kafka=KafkaConfig(port=ports[0], controller_port=ports[1]),
        flink=FlinkConfig(port=ports[2], rpc_port=ports[3], slots=24, archive_checkpoint="2 s"),
        stack=StackConfig(task_manager_memory=2560),
    )


@pytest.fixture(scope="session")
def broker(config: Config) -> Iterator[Broker]:
    """The broker of the run, up."""
    broker = Broker(config)
    try:
        broker.up()
        yield broker
    finally:
        broker.stack.stop(lambda text: None)
