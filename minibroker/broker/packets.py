"""The verbs on packets: simulate, tail, and waiting for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from minibroker.broker.engines import ANSWER_SECONDS, Engines
from minibroker.broker.filters import Filters, subject
from minibroker.model.errors import JobError
from minibroker.model.packet import Packet
from minibroker.service.deliveries import deliveries_topic
from minibroker.service.filter_job import dead_letter_topic, filter_job_name

if TYPE_CHECKING:
    from minibroker.service.catch_up import Reading
    from minibroker.service.tail import Shown


class Packets:
    """What can be done with the packets of a topic."""

    def __init__(self, engines: Engines, filters: Filters) -> None:
        self._engines = engines
        self._filters = filters

    def simulate(self, survey: str, night: date, alerts: int, seed: int) -> int:
        """Send a simulated night to a survey's topic and return how many packets that were."""
        from minibroker.service.simulate import simulate

        packets = simulate(self._engines.survey(survey), night, alerts, seed)
        self._engines.kafka.await_ready(ANSWER_SECONDS)
        topic = self._engines.config.surveys[survey].topic
        return self._engines.kafka.produce(topic, (Packet(each.value) for each in packets))

    def tail(self, name: str, from_beginning: bool, limit: int | None) -> Iterator[Shown]:
        """Yield a filter's alerts as they are delivered, ``limit`` of them or without end."""
        from minibroker.engine.avro import AlertReader
        from minibroker.service.tail import tail

        stored = self._filters.stored(name)
        survey = self._engines.surveys[stored.survey]
        return tail(
            self._engines.kafka,
            survey,
            AlertReader(survey, self._engines.registered),
            stored.topic,
            from_beginning,
            limit,
            lambda number: (
                self._engines.store.schema(subject(stored.topic), number)
                or self._engines.registered(number)
            ),
        )

    def await_stream(self, survey: str, seconds: float, each: Callable[[int], None]) -> None:
        """Wait until every packet that a survey's topic holds is filtered and delivered.

        ``each`` hears the lag. Raises JobError when nothing moves for ``seconds``.
        """
        from minibroker.service.catch_up import await_caught_up

        outputs = [
            dead_letter_topic(survey),
            deliveries_topic(survey),
            *(each.topic for each in self._engines.store.filters(survey)),
        ]
        reading = self.reading(filter_job_name(survey), self._engines.config.surveys[survey].topic)
        await_caught_up(reading, outputs, seconds, each)

    def reading(self, name: str, topic: str) -> Reading:
        """Return what a running job of this name reads; JobError when it does not run."""
        from minibroker.service.catch_up import Reading

        job = self._engines.reconciler.running(name)
        if job is None:
            raise JobError("job-missing", f"{name} does not run", "look at `minibroker status`")
        return Reading(self._engines.kafka, self._engines.flink, job, name, topic)
