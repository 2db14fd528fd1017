from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from minibroker import Alert, read_alerts
from minibroker.engine.avro import AlertReader
from minibroker.model.errors import ConfigError, OutsideError
from minibroker.model.packet import Packet
from minibroker.model.shipped import shipped
from minibroker.model.survey import load_surveys
from minibroker.service.simulate import simulate

SURVEYS = load_surveys(shipped("schemas"))


@pytest.fixture(scope="module", params=["ztf", "lsst"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of twenty simulated packets of a survey, as files."""
    folder = tmp_path_factory.mktemp(request.param)
    packets = simulate(SURVEYS[request.param], date(2026, 3, 5), 20, 1)
    for number, packet in enumerate(packets):
        (folder / f"{number:02}.avro").write_bytes(packet.value)
    return folder


def test_alerts_of_a_folder_are_read_in_order(folder: Path) -> None:
    alerts = list(read_alerts(folder))
    survey = alerts[0].survey
    assert survey is not None
    assert survey.name == folder.name.rstrip("0")
    assert [alert.packet.topic for alert in alerts] == sorted(map(str, folder.glob("*.avro")))
    for alert in alerts:
        assert dict(alert) == AlertReader(survey).read(alert.packet.value)


def test_cutouts_are_fits_and_stamps_are_arrays(folder: Path) -> None:
    alert = next(read_alerts(folder))
    assert alert.survey is not None
    assert list(alert.cutouts) == list(alert.survey.cutouts)
    for stamp in alert.stamps():
        assert stamp.pixels.shape in [(63, 63), (30, 30)]
        assert alert.cutouts[stamp.name] == stamp.fits
        assert stamp.fits.startswith(b"SIMPLE")


def test_the_light_curve_ends_with_the_alert_itself(folder: Path) -> None:
    for alert in read_alerts(folder):
        curve = alert.lightcurve()
        assert any(not point.is_forced and point.magnitude is not None for point in curve)
        assert curve.scale == ("utc" if "candid" in alert else "tai")


def test_a_notebook_shows_values_images_and_the_light_curve(folder: Path) -> None:
    alert = next(read_alerts(folder))
    assert alert.survey is not None
    shown = alert._repr_html_()
    assert all(f"<th>{'.'.join(path)}</th>" in shown for path in alert.survey.default_columns)
    assert 'src="data:image/png;base64,' in shown
    assert "<svg" in shown


def test_a_broken_alert_says_so_when_it_is_looked_at(folder: Path) -> None:
    whole = next(read_alerts(folder))
    value = whole.packet.value[: len(whole.packet.value) // 2]
    survey = whole.survey
    assert survey is not None
    alert = Alert(Packet(value, topic="t"), lambda: (survey, AlertReader(survey).read(value)))
    with pytest.raises(OutsideError, match=f"not a packet of {survey.name}"):
        alert["candid"]
    assert "not a packet of" in alert._repr_html_()
    assert repr(alert) == f"<Alert t[0]@-1, {len(value)} bytes>"


def test_columns_have_neither_images_nor_a_light_curve() -> None:
    fields = {"name": "<b>", "mag": 18.5, "single": 15.595422744750977, "none": None}
    alert = Alert(Packet(b"{}"), lambda: (None, fields))
    assert alert.cutouts == {}
    assert alert.stamps() == []
    assert len(alert.lightcurve()) == 0
    cells = "<td>&lt;b&gt;</td><td>18.5</td><td>15.59542274</td><td></td>"
    assert cells in alert._repr_html_()


@pytest.mark.parametrize(("name", "content"), [("a.avro", b"Obj\x01nonsense"), ("b.avro", b"")])
def test_a_file_of_no_survey_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ConfigError, match=rf"{name}: of no survey"):
        list(read_alerts(tmp_path))


def test_a_place_without_alerts_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no \.avro file here"):
        list(read_alerts(tmp_path))
    with pytest.raises(ConfigError, match=r"no \.avro file here"):
        list(read_alerts(tmp_path / "none.avro"))


def test_importing_minibroker_loads_nothing_of_it() -> None:
    code = "import sys, minibroker; print(*(m for m in sys.modules if m.startswith('minibroker')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["minibroker"]
