from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from minibroker.engine.registry import Registry
from minibroker.model.errors import OutsideError


@dataclass
class Answers:
    """A server that answers everything alike, and what it was asked."""

    url: str = ""
    status: int = 200
    body: bytes = b"{}"
    asked: list[tuple[str, Any]] = field(default_factory=list)


@pytest.fixture
def answers() -> Iterator[Answers]:
    told = Answers()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(None)

        def do_POST(self) -> None:
            self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def _answer(self, body: Any) -> None:
            told.asked.append((f"{self.command} {self.path}", body))
            self.send_response(told.status)
            self.send_header("Content-Length", str(len(told.body)))
            self.end_headers()
            self.wfile.write(told.body)

        def log_message(self, *_: object) -> None:
            """Say nothing: the output of the tests is the tests'."""

    with ThreadingHTTPServer(("localhost", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        told.url = f"http://localhost:{server.server_port}/"
        yield told
        server.shutdown()
        thread.join()


def test_a_schema_is_registered_under_its_subject(answers: Answers) -> None:
    answers.body = b'{"id": 17}'
    assert Registry(answers.url).register("minibroker.an n.a/b-value", '{"type": "long"}') == 17
    assert answers.asked == [
        ("POST /subjects/minibroker.an%20n.a%2Fb-value/versions", {"schema": '{"type": "long"}'})
    ]


def test_a_schema_is_had_by_its_id(answers: Answers) -> None:
    answers.body = b'{"schema": "\\"long\\""}'
    assert Registry(answers.url).schema(5) == '"long"'
    assert answers.asked == [("GET /schemas/ids/5", None)]


def test_columns_that_do_not_go_with_the_old_ones_are_told(answers: Answers) -> None:
    answers.status = 409
    answers.body = b'{"error_code": 409, "message": "Schema being registered is incompatible\\nx"}'
    with pytest.raises(OutsideError) as failure:
        Registry(answers.url).register("t-value", "{}")
    assert failure.value.code == "schema-incompatible"
    assert failure.value.message.endswith("t-value had before: Schema being registered is"
                                          " incompatible")  # fmt: skip
    assert "another name" in failure.value.remedy


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (422, b'{"error_code": 42201, "message": "Invalid schema"}', "Invalid schema"),
        (401, b"who are you?", "status 401"),
        (500, b"[]", "status 500"),
        (200, b"{}", "status 200"),
        (200, b'{"id": "17"}', "status 200"),
        (200, b"<html>", "status 200"),
    ],
)
def test_any_other_answer_is_told(answers: Answers, status: int, body: bytes, reason: str) -> None:
    answers.status, answers.body = status, body
    with pytest.raises(OutsideError) as failure:
        Registry(answers.url).register("t-value", "{}")
    assert failure.value.code == "registry-refused"
    assert failure.value.message.endswith(f"/subjects/t-value/versions was answered with {reason}")


@pytest.mark.parametrize("url", ["http://localhost:1", "no address", "ftp://localhost"])
def test_a_registry_that_is_away_is_named(url: str) -> None:
    with pytest.raises(OutsideError) as failure:
        Registry(url).register("t-value", "{}")
    assert failure.value.code == "registry-away"
    assert url in failure.value.message
