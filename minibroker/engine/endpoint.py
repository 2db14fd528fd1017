"""A small HTTP server for programs that look after this one."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from minibroker.model.errors import OutsideError


@dataclass(frozen=True)
class Answer:
    """What a page says."""

    body: bytes
    status: int = 200
    kind: str = "text/plain; charset=utf-8"


@contextmanager
def serving(host: str, port: int, pages: Mapping[str, Callable[[], Answer]]) -> Iterator[int]:
    """Answer GET on these paths while the block runs; yields the port, a free one for 0.

    Raises OutsideError when the port is taken, or the host has no address.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = pages.get(urlsplit(self.path).path)
            missing = f"there are: {', '.join(pages)}\n".encode()
            answer = page() if page else Answer(missing, 404)
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.kind)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_: object) -> None:
            """Say nothing: who asks every few seconds is not worth a line."""

    try:
        server = ThreadingHTTPServer((host, port), Handler)
    except socket.gaierror as error:
        raise OutsideError(
            "host-unknown",
            f"{host} cannot be served: no address is known for this name",
            "name one of this host with --host: localhost, or 0.0.0.0 for all",
        ) from error
    except OSError as error:
        raise OutsideError(
            "port-in-use",
            f"port {port} cannot be served: {error.strerror}",
            "end the program that has it, or name another with --port",
        ) from error
    thread = threading.Thread(target=server.serve_forever, name="endpoint", daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
