"""A schema registry that speaks Confluent's protocol: what is sent in Avro is registered there.

By the standard library: whoever only reads alerts needs it too, and an HTTP library would be a
tenth of the base install.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

from minibroker.model.errors import OutsideError

SECONDS = 15.0
"""Deadline of one request."""


class Registry:
    """One registry over HTTP."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")

    def ping(self) -> None:
        """Raise OutsideError when nothing answers there; which schemas it has is not asked."""
        self._ask("/subjects")

    def register(self, subject: str, schema: str) -> int:
        """Return the id of a schema in a subject, where it is registered if it is new.

        Raises OutsideError when the registry cannot be reached or refuses the schema.
        """
        path = f"/subjects/{quote(subject, safe='')}/versions"
        answer = self._ask(path, {"schema": schema})
        if answer.status == HTTPStatus.CONFLICT:
            raise OutsideError(
                "schema-incompatible",
                f"{self.url}: the columns do not go with those that {subject} had before:"
                f" {answer.reason}",
                "give the filter, or the columns that changed their type, another name",
            )
        return int(self._told(answer, "id", int))

    def schema(self, number: int) -> str:
        """Return the schema of an id, as JSON; it must not refer to others."""
        return str(self._told(self._ask(f"/schemas/ids/{number}"), "schema", str))

    def _ask(self, path: str, body: dict[str, str] | None = None) -> _Answer:
        """Send a GET, or a POST of ``body``."""
        data = None if body is None else json.dumps(body).encode()
        headers = {} if body is None else {"Content-Type": "application/json"}
        asked = f"{'GET' if body is None else 'POST'} {path}"
        try:
            request = Request(self.url + path, data, headers)
            if request.type not in ("http", "https"):
                raise ValueError(f"{request.type} is not spoken here")
            with urlopen(request, timeout=SECONDS) as answer:
                return _Answer(asked, answer.status, answer.read())
        except HTTPError as refused:
            with refused:
                return _Answer(asked, refused.code, refused.read())
        except (OSError, HTTPException, ValueError) as error:
            raise OutsideError(
                "registry-away",
                f"the schema registry {self.url} cannot be reached: {error}",
                "look whether it runs and `registry` names it",
            ) from error

    def _told(self, answer: _Answer, key: str, kind: type[int] | type[str]) -> int | str:
        """Return one value of an answer; OutsideError where it is a refusal, or no registry's."""
        told = answer.json.get(key) if answer.status == HTTPStatus.OK else None
        if isinstance(told, kind):
            return told
        raise OutsideError(
            "registry-refused",
            f"{self.url}: {answer.asked} was answered with {answer.reason}",
            "look whether `registry` names a schema registry, and may be used like this",
        )


@dataclass(frozen=True)
class _Answer:
    asked: str
    status: int
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        """The answer's object, empty where it is none."""
        try:
            told = json.loads(self.body)
        except ValueError:
            return {}
        return told if isinstance(told, dict) else {}

    @property
    def reason(self) -> str:
        """The registry's own words in one line, or its status."""
        first = str(self.json.get("message", "")).strip().partition("\n")[0]
        return first or f"status {self.status}"
