"""What an import makes of files, without a stack."""

import io
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from minibroker.engine.avro import AlertReader
from minibroker.engine.kafka import LARGEST_MESSAGE
from minibroker.model.errors import ConfigError
from minibroker.model.shipped import shipped
from minibroker.model.survey import load_surveys
from minibroker.service.importing import Import, Stranger, night_of, packets_of, sort_out
from minibroker.service.simulate import simulate

SURVEYS = load_surveys(shipped("schemas"))
READERS = {name: AlertReader(survey) for name, survey in SURVEYS.items()}
NIGHT = datetime(2026, 3, 5, tzinfo=UTC).date()


def _packet(survey: str) -> bytes:
    (packet,) = simulate(SURVEYS[survey], NIGHT, 1, 1)
    return packet.value


def _sorted(*places: Path) -> list[Import | Stranger]:
    return list(sort_out(places, SURVEYS, READERS))


@pytest.mark.parametrize("survey", ["ztf", "lsst"])
def test_a_packet_is_known_by_its_survey_id_and_night(survey: str, tmp_path: Path) -> None:
    packet = _packet(survey)
    (tmp_path / "a.avro").write_bytes(packet)
    (found,) = _sorted(tmp_path / "a.avro")
    assert isinstance(found, Import)
    alert = READERS[survey].read(packet)
    assert found.survey.name == survey
    assert found.alert_id == alert[{"ztf": "candid", "lsst": "diaSourceId"}[survey]]
    assert (found.night, found.packet) == ("2026-03-05", packet)


def test_a_tar_archive_is_read_as_a_stream_and_may_break_off(tmp_path: Path) -> None:
    packet = _packet("ztf")
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name in ("a.avro", "notes.txt", "b.avro"):
            member = tarfile.TarInfo(name)
            member.size = len(packet)
            archive.addfile(member, io.BytesIO(packet))
    (tmp_path / "whole.tar").write_bytes(packed.getvalue())
    (tmp_path / "broken.tar").write_bytes(packed.getvalue()[: 2 * len(packet)])
    whole = _sorted(tmp_path / "whole.tar")
    assert [type(each) for each in whole] == [Import, Import]
    *_, last = _sorted(tmp_path / "broken.tar")
    assert isinstance(last, Stranger)
    assert last.origin == f"{tmp_path}/broken.tar"
    assert last.reason.startswith("the tar archive breaks off: ")


def test_strangers_are_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "a.avro").write_bytes(b"Obj\x01 and nothing")
    (tmp_path / "b.avro").write_bytes(_packet("ztf")[:-1000])
    (tmp_path / "c.avro").write_bytes(_packet("ztf"))
    with (tmp_path / "d.avro").open("wb") as file:
        file.truncate(LARGEST_MESSAGE + 1)
    first, second, third, fourth = _sorted(tmp_path)
    assert first == Stranger(f"{tmp_path}/a.avro", "a packet of none of lsst, ztf")
    assert isinstance(second, Stranger)
    assert second.reason.startswith("not a packet of ztf: ")
    assert isinstance(third, Import)
    assert isinstance(fourth, Stranger)
    assert fourth.reason == "16777217 bytes are more than a packet may have"


def test_a_place_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as failure:
        list(packets_of([tmp_path / "none.tar.gz"]))
    assert failure.value.message == f"{tmp_path}/none.tar.gz: No such file or directory"


def test_an_alert_without_a_time_gets_the_night_of_its_arrival() -> None:
    arrival = datetime(2026, 3, 5, 23, 59, tzinfo=UTC)
    assert night_of(SURVEYS["ztf"], {"candidate": {"jd": None}}, arrival) == "2026-03-05"
    assert night_of(SURVEYS["ztf"], {"candidate": {"jd": 1.0}}, arrival) == "2026-03-05"
    assert night_of(SURVEYS["ztf"], {"candidate": {"jd": 2461104.5}}, arrival) == "2026-03-05"
    assert night_of(SURVEYS["ztf"], {"candidate": {"jd": 2461104.499}}, arrival) == "2026-03-04"
    noon = {"diaSource": {"midpointMjdTai": 61104.5 + 37 / 86400 + 1e-6}}
    assert night_of(SURVEYS["lsst"], noon, arrival) == "2026-03-05"
