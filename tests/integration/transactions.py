"""Kafka's memory of the transactions of a job, seen and changed through its Java client."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from minibroker.broker import Broker

NEWEST = 12
"""Transactions in which a job's last state surely is: each checkpoint makes a few."""


def known(broker: Broker, job: str) -> list[str]:
    """Return the transactional ids of a job that Kafka still knows, the newest last."""
    with _admin(broker) as admin:
        return _known(admin, job)


def refuse(broker: Broker, job: str) -> None:
    """Have Kafka refuse to commit what the job sent last, as it does an hour after it went away."""
    with _admin(broker) as admin:
        newest = _java().java.util.ArrayList(_known(admin, job)[-NEWEST:])
        admin.fenceProducers(newest).all().get()


def _known(admin: Any, job: str) -> list[str]:
    # Each new id gets a producer of the next number.
    listed = sorted(admin.listTransactions().all().get(), key=lambda each: each.producerId())
    ids = [str(each.transactionalId()) for each in listed]
    return [each for each in ids if each.startswith(job)]


@contextmanager
def _admin(broker: Broker) -> Iterator[Any]:
    clients = _java().org.apache.flink.kafka.shaded.org.apache.kafka.clients
    admin = clients.admin.Admin.create({"bootstrap.servers": broker.config.bootstrap})
    try:
        yield admin
    finally:
        admin.close()


def _java() -> Any:
    from pyflink.java_gateway import get_gateway

    return get_gateway().jvm
