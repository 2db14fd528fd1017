"""A schema registry that speaks Confluent's protocol: what is sent in Avro is registered there."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import httpx

from minibroker.model.errors import OutsideError

SECONDS = 15.0
"""Deadline of one request."""
INCOMPATIBLE = 409


class Registry:
    """One registry over HTTP."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")

    def ping(self) -> None:
        """Raise OutsideError when nothing answers there; which schemas it has is not asked."""
        self._ask("GET", "/subjects")

    def register(self, subject: str, schema: str) -> int:
        """Return the id of a schema in a subject, where it is registered if it is new.

        Raises OutsideError when the registry cannot be reached or refuses the schema.
        """
        path = f"/subjects/{quote(subject, safe='')}/versions"
        answer = self._ask("POST", path, {"schema": schema})
        if answer.status_code == INCOMPATIBLE:
            raise OutsideError(
                "schema-incompatible",
                f"{self.url}: the columns do not go with those that {subject} had before:"
                f" {_reason(answer)}",
                "give the filter, or the columns that changed their type, another name",
            )
        return int(self._told(answer, "id", int))

    def schema(self, number: int) -> str:
        """Return the schema of an id, as JSON; it must not refer to others."""
        return str(self._told(self._ask("GET", f"/schemas/ids/{number}"), "schema", str))

    def _ask(self, method: str, path: str, body: dict[str, str] | None = None) -> httpx.Response:
        try:
            return httpx.request(method, self.url + path, json=body, timeout=SECONDS)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise OutsideError(
                "registry-away",
                f"the schema registry {self.url} cannot be reached: {error}",
                "look whether it runs and `registry` names it",
            ) from error

    def _told(self, answer: httpx.Response, key: str, kind: type[int] | type[str]) -> int | str:
        """Return one value of an answer; OutsideError where it is a refusal, or no registry's."""
        told = _json(answer).get(key) if answer.status_code == httpx.codes.OK else None
        if isinstance(told, kind):
            return told
        request = f"{answer.request.method} {answer.request.url.path}"
        raise OutsideError(
            "registry-refused",
            f"{self.url}: {request} was answered with {_reason(answer)}",
            "look whether `registry` names a schema registry, and may be used like this",
        )


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        told = answer.json()
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _reason(answer: httpx.Response) -> str:
    """Return the registry's own words in one line, or its status."""
    first = str(_json(answer).get("message", "")).strip().partition("\n")[0]
    return first or f"status {answer.status_code}"
