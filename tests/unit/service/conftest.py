"""An archive of simulated nights, made once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from minibroker.engine.archive import Archive
from minibroker.model.shipped import shipped
from minibroker.model.survey import Survey, load_survey
from minibroker.service.simulate import simulate
from tests.archived import Archived, write_archive

NIGHTS = (date(2026, 3, 5), date(2026, 3, 6), date(2026, 3, 8))


@pytest.fixture(scope="session")
def ztf() -> Survey:
    return load_survey(shipped("schemas") / "ztf")


@pytest.fixture(scope="session")
def packets(ztf: Survey) -> list[Archived]:
    """Three nights of 40 ZTF packets, one in each that cannot be decoded; two a millisecond."""
    made = []
    for number, night in enumerate(NIGHTS):
        for offset, packet in enumerate(simulate(ztf, night, 40, 1, corrupt=1)):
            place = 100 * number + offset
            made.append(Archived(str(night), packet.value, place, 10**12 + place // 2))
    return made


@pytest.fixture(scope="session")
def archive_folder(
    tmp_path_factory: pytest.TempPathFactory, ztf: Survey, packets: list[Archived]
) -> Path:
    folder = tmp_path_factory.mktemp("archive")
    write_archive(folder, ztf, packets)
    return folder


@pytest.fixture(scope="session")
def archive(archive_folder: Path) -> Archive:
    return Archive(archive_folder, "ztf")
