"""The verbs on packets: simulate, tail, and waiting for them."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from minibroker.broker.engines import ANSWER_SECONDS, Engines
from minibroker.broker.filters import Filters, subject, topic_of
from minibroker.model.errors import ConfigError, JobError, OutsideError
from minibroker.model.packet import Packet
from minibroker.model.start import Start
from minibroker.model.survey import Survey
from minibroker.model.toml_table import closest
from minibroker.service.deliveries import deliveries_topic
from minibroker.service.filter_job import dead_letter_topic, filter_job_name, is_filter_job
from minibroker.service.topics import check_topic_name

if TYPE_CHECKING:
    from minibroker.engine.kafka_follow import Following
    from minibroker.service.catch_up import Reading
    from minibroker.service.messages import Messages, Shown
    from minibroker.service.monitor import Monitor
    from minibroker.service.produce import Pace
    from minibroker.service.save import Files
    from minibroker.service.stamps import Stamp
    from minibroker.service.tail import Wanted
    from minibroker.service.visit import Visit


class Packets:
    """What can be done with the packets of a topic."""

    def __init__(self, engines: Engines, filters: Filters) -> None:
        self._engines = engines
        self._filters = filters

    def simulate(
        self,
        survey: str,
        night: date,
        alerts: int | None,
        seed: int,
        visits: int | None = None,
        is_real: bool = False,
    ) -> int:
        """Send a simulated night to a survey's topic and return how many packets that were.

        ``visits`` are the night's first ones, each with the survey's usual alerts unless
        ``alerts`` says how many they are together. ``is_real`` sends them at the survey's own
        pace, else as fast as they are made. What was sent before an error or Ctrl-C is told.
        """
        from minibroker.service.simulate import simulate, usual_visit
        from minibroker.service.simulate.night import send_night
        from minibroker.service.visit import interruptible

        known = self._engines.survey(survey)
        usual = visits * usual_visit(known)[0] if visits else 1000
        count = usual if alerts is None else alerts
        packets = simulate(known, night, count, seed, visits=visits)
        self._engines.kafka.await_ready(ANSWER_SECONDS)
        tell, topic = self._engines.tell, self._engines.topic_of_night(survey, night)
        sender = self._engines.kafka.sender(topic)
        if is_real:
            send_night(sender, packets, usual_visit(known)[1], seed, tell)
        else:
            with interruptible(sender, tell):
                for each in packets:
                    sender.send(Packet(each.value))
        return sender.confirmed

    def produce(
        self, places: Sequence[Path], topic: str, pace: Pace, is_json: bool, partitions: int | None
    ) -> list[Visit]:
        """Send the packets of files, folders and archives to a topic, a visit at a time.

        A topic that is not there is made. What was sent before an error or Ctrl-C is told.
        """
        from minibroker.service.messages import Messages
        from minibroker.service.packet_files import PacketFiles
        from minibroker.service.produce import as_json, as_they_are, produce

        engines = self._engines
        files = PacketFiles(places, engines.surveys, engines.tell)
        files.check()
        self._ensure_topic(topic, partitions)
        messages = Messages(engines.surveys, engines.registered, self.schema_of)
        encode = as_json(messages) if is_json else as_they_are
        return produce(engines.kafka.sender(topic), files, encode, pace, engines.tell)

    def record(
        self, topic: str, file: Path, start: Start, limit: int | None, until_end: bool
    ) -> int:
        """Keep the messages of a filter's topic, or of any topic, in a file; return how many."""
        from minibroker.service.record import check_new, messages_of, record

        check_new(file)
        name, _ = self._topic(topic)
        packets = messages_of(self._engines.kafka, name, start, until_end)
        return record(packets, file, limit, self._engines.tell)

    def play(self, file: Path, topic: str, speed: str, repeat: int, interval: float) -> list[Visit]:
        """Send a recording to a topic, which is made if it is not there."""
        from minibroker.service.record import check_recording, parse_speed, play

        factor = parse_speed(speed)
        check_recording(file)
        self._ensure_topic(topic, None)
        sender = self._engines.kafka.sender(topic)
        return play(sender, file, factor, repeat, interval, self._engines.tell)

    def monitor(self, topics: Sequence[str]) -> Monitor:
        """Return what looks at some topics, or at all, and at who reads them."""
        from minibroker.service.monitor import Monitor

        config = self._engines.config
        self._engines.kafka.await_ready(ANSWER_SECONDS)
        log = config.data.absolute() / "kafka" / "log"
        is_own = not config.kafka.bootstrap and log.is_dir()
        return Monitor(self._engines.kafka, log if is_own else None, topics)

    def _ensure_topic(self, topic: str, partitions: int | None) -> None:
        """Make a topic that is not there; ConfigError where it has other partitions than asked."""
        check_topic_name(topic)
        self._engines.kafka.await_ready(ANSWER_SECONDS)
        existing = self._engines.kafka.topics().get(topic)
        if existing is None:
            wanted = partitions or self._engines.config.kafka.partitions
            self._engines.ensure_topics([topic], wanted)
            self._engines.tell(f"made the topic {topic} with {wanted} partitions")
        elif partitions not in (None, existing):
            raise ConfigError(
                "partitions-differ",
                f"{topic} has {existing} partitions, not {partitions}",
                "leave --partitions out, or name another topic",
            )

    def tail(self, name: str, wanted: Wanted) -> Generator[Shown, None, None]:
        """Yield the messages of a filter's topic, or of any topic, as they come.

        ``name`` is a filter's or a topic's; ConfigError with the nearest one where it is neither.
        """
        from minibroker.engine.kafka_follow import Following
        from minibroker.service.messages import Messages
        from minibroker.service.save import AvroFiles, ParquetFiles
        from minibroker.service.tail import tail

        wanted.check()
        topic, survey = self._topic(name)
        messages = Messages(
            self._engines.surveys, self._engines.registered, self.schema_of, survey, wanted.fields
        )
        files: Files | None = None
        if wanted.save is not None and wanted.format == "parquet":
            files = ParquetFiles(wanted.save)
        elif wanted.save is not None:
            files = AvroFiles(wanted.save, messages.container)
        following = Following(
            self._engines.kafka, [topic], wanted.start, wanted.group, wanted.until_end
        )
        return tail(following, messages, wanted, files)

    def follow(
        self, names: Sequence[str], start: Start, group: str, until_end: bool
    ) -> tuple[Following, Messages]:
        """Return what reads the topics of filters, or any topics, and what decodes it.

        ConfigError with the nearest name for what is neither.
        """
        from minibroker.engine.kafka_follow import Following
        from minibroker.service.messages import Messages

        places = [self._topic(name) for name in names]
        # Where all are known to be of one survey, a packet need not tell which it is of.
        first = places[0][1]
        survey = first if all(each is first for _, each in places) else None
        topics = [topic for topic, _ in places]
        following = Following(self._engines.kafka, topics, start, group, until_end)
        return following, Messages(
            self._engines.surveys, self._engines.registered, self.schema_of, survey
        )

    def save_stamps(self, shown: Shown, folder: Path) -> tuple[list[Stamp], list[OutsideError]]:
        """Save an alert's images and return them, and why others of them cannot be read."""
        from minibroker.service.stamps import read_stamps, save_stamps

        cutouts = shown.survey.cutouts if shown.survey else ()
        found, broken = read_stamps(shown.whole, cutouts)
        save_stamps(folder, shown.name, found)
        return found, broken

    def schema_of(self, topic: str, number: int) -> str:
        """Return the schema of columns that a filter's topic holds in Avro, as JSON."""
        known = self._engines.store.schema(subject(topic), number)
        return known or self._engines.registered(number)

    def _topic(self, name: str) -> tuple[str, Survey | None]:
        """Return a filter's topic and its survey, or the topic of that name and None."""
        owner = self._engines.config.owner
        self._engines.kafka.await_ready(ANSWER_SECONDS)
        stored = self._engines.store.filter(owner, name)
        if stored is not None:
            return stored.topic, self._engines.survey(stored.survey)
        topics = self._engines.kafka.topics()
        for topic in (name, topic_of(owner, name)):
            if topic in topics:
                return topic, None
        kept = self._engines.store.filters()
        filters = [each.name for each in kept if each.owner == owner]
        raise ConfigError(
            "topic-unknown",
            f"{owner} has no filter {name!r}, and Kafka no such topic"
            + closest(name, [*filters, *topics]),
            f"the topics are: {', '.join(sorted(topics)) or 'none'}",
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
        jobs = [each.name for each in self._engines.store.jobs()]
        shards = [name for name in jobs if is_filter_job(survey, name)]
        for name in shards or [filter_job_name(survey)]:
            reading = self.reading(name, *self._engines.topics(survey))
            await_caught_up(reading, outputs, seconds, each)

    def reading(self, name: str, *topics: str) -> Reading:
        """Return a running job and the topics it reads; JobError when it does not run."""
        from minibroker.service.catch_up import Reading

        job = self._engines.reconciler.running(name)
        if job is None:
            raise JobError("job-missing", f"{name} does not run", "look at `minibroker status`")
        return Reading(self._engines.kafka, self._engines.flink, job, name, topics)
