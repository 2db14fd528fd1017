"""A simulated night: what is in it, and that it agrees with itself and with the schemas."""

from __future__ import annotations

import gzip
import io
import json
import math
import struct
import warnings
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import fastavro
import numpy as np
import pytest

from minibroker.model.errors import ConfigError
from minibroker.model.survey import Survey, load_surveys
from minibroker.service.simulate import SimulatedPacket, simulate

SURVEYS = load_surveys(Path(__file__).resolve().parents[3] / "schemas")
NIGHT = date(2026, 3, 5)
ALERTS = 240
Alert = dict[str, Any]


@cache
def packets(name: str) -> tuple[SimulatedPacket, ...]:
    return tuple(simulate(SURVEYS[name], NIGHT, ALERTS, seed=7))


@cache
def alerts(name: str) -> tuple[Alert, ...]:
    return tuple(decoded(SURVEYS[name], packet.value) for packet in packets(name))


@cache
def parsed(name: str, version: str) -> Any:
    schemas = {item.version: item.avro for item in SURVEYS[name].versions}
    return fastavro.parse_schema(schemas[version])


def decoded(survey: Survey, value: bytes) -> Alert:
    """Decode a packet as a consumer of the real stream does; all of it must be used up."""
    stream = io.BytesIO(value)
    if survey.framing == "container":
        (alert,) = fastavro.reader(stream)
    else:
        magic, number = struct.unpack(">bI", stream.read(5))
        assert magic == 0
        (version,) = (item.version for item in survey.versions if item.schema_id == number)
        alert = fastavro.schemaless_reader(stream, parsed(survey.name, version))
    if stream.read(1):
        raise ValueError("bytes are left over")
    assert isinstance(alert, dict)
    return alert


def of_kind(name: str, *kinds: str) -> list[Alert]:
    return [a for p, a in zip(packets(name), alerts(name), strict=True) if p.kind in kinds]


@pytest.mark.parametrize("name", SURVEYS)
def test_a_night_has_as_many_different_alerts_as_asked_for(name: str) -> None:
    assert len(packets(name)) == ALERTS
    assert len({packet.alert_id for packet in packets(name)}) == ALERTS
    assert len({packet.value for packet in packets(name)}) == ALERTS


@pytest.mark.parametrize("name", SURVEYS)
def test_one_seed_gives_one_night_byte_for_byte(name: str) -> None:
    first = list(simulate(SURVEYS[name], NIGHT, 30, seed=1, corrupt=2))
    again = list(simulate(SURVEYS[name], NIGHT, 30, seed=1, corrupt=2))
    other = list(simulate(SURVEYS[name], NIGHT, 30, seed=2, corrupt=2))
    assert first == again
    assert not {packet.value for packet in first} & {packet.value for packet in other}


@pytest.mark.parametrize("name", SURVEYS)
def test_a_packet_is_what_its_description_says(name: str) -> None:
    survey = SURVEYS[name]
    for packet, alert in zip(packets(name), alerts(name), strict=True):
        assert packet.alert_id == alert[survey.alert_id[0]]
        assert survey.visit is not None
        assert packet.visit == alert[survey.visit[0]][survey.visit[1]]
        value: Any = alert
        for part in survey.object_id:
            value = value[part]
        assert packet.object_id == str(value)
        assert not packet.corrupt


@pytest.mark.parametrize("name", SURVEYS)
def test_the_observations_are_of_the_night_and_arrive_by_visit(name: str) -> None:
    survey = SURVEYS[name]
    times = [packet.mjd for packet in packets(name)]
    assert times == sorted(times)
    assert len(set(times)) >= 20
    for packet, alert in zip(packets(name), alerts(name), strict=True):
        value: Any = alert
        for part in survey.time.field:
            value = value[part]
        utc = value - (2_400_000.5 if survey.time.format == "jd" else 0.0)
        utc -= 37.0 / 86400.0 if survey.time.scale == "tai" else 0.0
        assert abs(utc - packet.mjd) < 60.0 / 86400.0
        day = math.floor(utc - survey.night_offset_hours / 24.0)
        assert date(1858, 11, 17) + timedelta(days=day) == NIGHT


@pytest.mark.parametrize(
    ("name", "version"),
    [(name, item.version) for name, survey in SURVEYS.items() for item in survey.versions],
)
def test_every_version_is_written_as_a_row_wise_writer_would(name: str, version: str) -> None:
    survey = SURVEYS[name]
    for packet in simulate(survey, NIGHT, 24, seed=3, version=version):
        alert = decoded(survey, packet.value)
        out = io.BytesIO()
        fastavro.schemaless_writer(out, parsed(name, version), alert)
        assert packet.value[5:].endswith(out.getvalue()) or out.getvalue() in packet.value


def test_the_sizes_are_those_of_the_real_streams() -> None:
    sizes = [len(packet.value) for packet in packets("ztf")]
    assert 60_000 < min(sizes) <= max(sizes) < 90_000
    assert 65_000 < np.mean(sizes) < 75_000
    sizes = [len(packet.value) for packet in packets("lsst")]
    assert 100_000 < min(sizes) <= max(sizes) < 145_000


@pytest.mark.parametrize("name", SURVEYS)
def test_the_sources_are_of_every_kind_and_all_over_the_sky(name: str) -> None:
    survey = SURVEYS[name]
    kinds = Counter(packet.kind for packet in packets(name))
    assert set(kinds) == {"variable", "supernova", "asteroid", "artefact"}
    assert 0.08 < kinds["asteroid"] / ALERTS < 0.3
    ra = [alert[survey.ra[0]][survey.ra[1]] for alert in alerts(name)]
    dec = [alert[survey.dec[0]][survey.dec[1]] for alert in alerts(name)]
    assert max(ra) - min(ra) > 180.0
    assert max(dec) - min(dec) > 30.0


def test_ztf_schema_and_container_are_as_the_real_ones() -> None:
    value = packets("ztf")[0].value
    reader = fastavro.reader(io.BytesIO(value))
    assert value.startswith(b"Obj\x01")
    assert reader.codec == "null"
    assert json.loads(reader.metadata["avro.schema"])["name"] == "ztf.alert"
    assert 15_000 < len(reader.metadata["avro.schema"]) < 28_000
    assert '"doc":"real-bogus score' in reader.metadata["avro.schema"]


def test_ztf_histories_ascend_and_end_before_the_alert() -> None:
    lengths = []
    for alert in alerts("ztf"):
        now = alert["candidate"]["jd"]
        previous, forced = alert["prv_candidates"] or [], alert["fp_hists"] or []
        for history in (previous, forced):
            times = [point["jd"] for point in history]
            assert times == sorted(set(times))
            assert all(now - 30.0 < time < now for time in times)
        lengths.append(len(previous))
        assert alert["candid"] not in [point["candid"] for point in previous]
        for point in previous:
            is_limit = point["magpsf"] is None
            assert point["diffmaglim"] is not None
            for name in ("candid", "isdiffpos", "ra", "dec", "sigmapsf", "rb"):
                assert (point[name] is None) == is_limit
    assert 8 < np.mean(lengths) < 30


def test_lsst_histories_ascend_and_are_null_where_rubin_has_none() -> None:
    for packet, alert in zip(packets("lsst"), alerts("lsst"), strict=True):
        now, ident = alert["diaSource"]["midpointMjdTai"], alert["diaSource"]["diaObjectId"]
        previous, forced = alert["prvDiaSources"], alert["prvDiaForcedSources"]
        if packet.kind == "asteroid":
            assert (previous, forced, alert["diaObject"], ident) == (None, None, None, 0)
            assert alert["ssSource"]["ssObjectId"] == alert["diaSource"]["ssObjectId"] != 0
            assert alert["mpc_orbits"]["a"] > 1.0
            continue
        assert alert["ssSource"] is None
        assert alert["mpc_orbits"] is None
        assert alert["diaSource"]["ssObjectId"] == 0
        assert alert["diaObject"]["diaObjectId"] == ident != 0
        assert alert["diaObject"]["nDiaSources"] == len(previous or []) + 1
        assert (previous is None) == (forced == [])
        for history in (previous or [], forced):
            times = [point["midpointMjdTai"] for point in history]
            assert times == sorted(set(times))
            assert all(now - 366.0 < time < now for time in times)
            assert {point["diaObjectId"] for point in history} <= {ident}


def test_a_detection_is_the_same_in_the_history_of_a_later_alert_of_the_night() -> None:
    earlier = {alert["candid"]: alert["candidate"] for alert in alerts("ztf")}
    recurred = 0
    for alert in alerts("ztf"):
        for point in alert["prv_candidates"] or []:
            if point["candid"] in earlier:
                recurred += 1
                first = earlier[point["candid"]]
                for name in ("jd", "fid", "magpsf", "ra", "dec", "rb", "isdiffpos", "diffmaglim"):
                    assert point[name] == first[name]
    assert recurred > 20


@pytest.mark.parametrize("name", SURVEYS)
def test_a_detection_is_the_same_in_the_history_of_another_night(name: str) -> None:
    survey = SURVEYS[name]
    later = NIGHT + timedelta(days={"ztf": 3, "lsst": 14}[name])
    history = {"ztf": "prv_candidates", "lsst": "prvDiaSources"}[name]
    ident = {"ztf": "candid", "lsst": "diaSourceId"}[name]
    first = {
        alert[ident]: (packet.object_id, alert)
        for packet, alert in zip(packets(name), alerts(name), strict=True)
    }
    recurred = 0
    # More alerts than on the first night: the sample differs, the sky does not.
    for packet in simulate(survey, later, 2 * ALERTS, seed=7):
        alert = decoded(survey, packet.value)
        for point in alert[history] or []:
            if point[ident] in first:
                recurred += 1
                name_then, then = first[point[ident]]
                source = then["candidate" if name == "ztf" else "diaSource"]
                assert name_then == packet.object_id
                key = "magpsf" if name == "ztf" else "psfFlux"
                assert point[key] == source[key]
    assert recurred > 5


def test_supernovae_rise_or_fade_over_their_history() -> None:
    changes = []
    for alert in of_kind("ztf", "supernova"):
        detected = [p["magpsf"] for p in alert["prv_candidates"] or [] if p["magpsf"]]
        if len(detected) >= 4:
            changes.append(detected[0] - alert["candidate"]["magpsf"])
    assert max(changes) > 0.3
    assert min(changes) < -0.3


def test_what_is_seen_once_has_no_earlier_detection() -> None:
    for alert in of_kind("ztf", "asteroid", "artefact"):
        assert all(point["candid"] is None for point in alert["prv_candidates"] or [])


def test_ztf_says_nothing_here_with_its_sentinels() -> None:
    asteroids = [a["candidate"] for a in of_kind("ztf", "asteroid")]
    assert all(0 <= c["ssdistnr"] < 12 and c["ssnamenr"].isdigit() for c in asteroids)
    assert any(c["ssdistnr"] == 0.0 for c in asteroids)
    others = [a["candidate"] for a in of_kind("ztf", "variable", "supernova", "artefact")]
    share = np.mean([(c["ssdistnr"], c["ssnamenr"]) == (-999.0, "null") for c in others])
    assert share > 0.9
    for field in ("sgscore3", "distpsnr3", "objectidps3", "sgmag1", "neargaiabright"):
        assert 0 < sum(c[field] == -999 for c in others) < len(others)
    forced = [point for alert in alerts("ztf") for point in alert["fp_hists"] or []]
    failed = [point["forcediffimflux"] == -99999.0 for point in forced]
    assert 0.2 < np.mean(failed) < 0.6
    assert {"0", "61"} <= {point["procstatus"] for point in forced}


def test_lsst_carries_nan_where_nothing_was_measured() -> None:
    def is_nan(value: object) -> bool:
        return isinstance(value, float) and math.isnan(value)

    for alert in alerts("lsst"):
        source = alert["diaSource"]
        assert 7 <= sum(map(is_nan, source.values())) <= 76
        assert is_nan(source["psfLnL"])
        assert is_nan(source["timeWithdrawnMjdTai"])
        assert not any(is_nan(source[name]) for name in ("ra", "dec", "psfFlux", "snr"))
        if alert["diaObject"] is not None:
            assert is_nan(alert["diaObject"]["firstDiaSourceMjdTai"])
            mean = alert["diaObject"][f"{source['band']}_psfFluxMean"]
            assert not is_nan(mean)


def test_ztf_cutouts_are_gzipped_fits_with_the_source_in_the_middle() -> None:
    fits = pytest.importorskip("astropy.io.fits")
    for alert in of_kind("ztf", "variable", "supernova")[:20]:
        images = {}
        for name in SURVEYS["ztf"].cutouts:
            cutout = alert[name]
            assert str(alert["candid"]) in cutout["fileName"]
            assert 10_000 < len(cutout["stampData"]) < 16_000
            data = gzip.decompress(cutout["stampData"])
            assert len(data) == 20_160
            with warnings.catch_warnings():
                # ZTF's first card is not strict FITS, in its packets and so in ours.
                warnings.simplefilter("ignore")
                (image,) = fits.open(io.BytesIO(data))
                images[name] = np.array(image.data)
            assert images[name].shape == (63, 63)
            assert images[name].dtype == np.dtype(">f4")
        difference = images["cutoutDifference"]
        sign = 1 if alert["candidate"]["isdiffpos"] == "t" else -1
        if alert["candidate"]["sigmapsf"] < 0.1:
            assert sign * difference[29:34, 29:34].sum() > 3 * 5 * np.std(difference[:20])


def test_lsst_cutouts_are_plain_fits_of_three_images() -> None:
    fits = pytest.importorskip("astropy.io.fits")
    wcs = pytest.importorskip("astropy.wcs")
    for alert in of_kind("lsst", "variable", "supernova")[:20]:
        for name in SURVEYS["lsst"].cutouts:
            assert len(alert[name]) == 34_560
            with fits.open(io.BytesIO(alert[name])) as images:
                images.verify("exception")
                shapes = [(i.name, i.data.shape, i.data.dtype.itemsize) for i in images]
                place = wcs.WCS(images[0].header).all_pix2world(15.0, 15.0, 0)
                pixels = np.array(images[0].data)
            assert shapes == [
                ("PRIMARY", (30, 30), 4),
                ("UNCERT", (30, 30), 4),
                ("PSFIMAGE", (41, 41), 8),
            ]
            assert abs(place[1] - alert["diaSource"]["dec"]) < 1.0 / 3600.0
            if name == "cutoutDifference" and alert["diaSource"]["snr"] > 20:
                assert abs(pixels[13:18, 13:18].sum()) > 3 * 5 * pixels[:8].std()


@pytest.mark.parametrize("name", SURVEYS)
def test_corrupt_packets_are_marked_and_cannot_be_decoded(name: str) -> None:
    survey = SURVEYS[name]
    night = list(simulate(survey, NIGHT, 60, seed=5, corrupt=12))
    assert sum(packet.corrupt for packet in night) == 12
    clean = list(simulate(survey, NIGHT, 60, seed=5))
    for packet, other in zip(night, clean, strict=True):
        assert packet.alert_id == other.alert_id
        if packet.corrupt:
            with pytest.raises((EOFError, ValueError, AssertionError)):
                decoded(survey, packet.value)
        else:
            assert packet == other
    kept = [packet.value[:5] for packet in night if packet.corrupt]
    assert len({head == night[0].value[:5] for head in kept}) == 2


def test_real_conditions_pass_a_share_of_the_alerts() -> None:
    def share(passed: list[bool]) -> float:
        return float(np.mean(passed))

    candidates = [alert["candidate"] for alert in alerts("ztf")]
    assert 0.3 < share([c["rb"] >= 0.55 and c["nbad"] == 0 for c in candidates]) < 0.8
    asteroid = share([0 <= c["ssdistnr"] <= 12 and c["ssnamenr"] != "null" for c in candidates])
    assert 0.08 < asteroid < 0.3
    sources = [alert["diaSource"] for alert in alerts("lsst")]
    solar_system = share([d["ssObjectId"] != 0 for d in sources])
    assert 0.05 < solar_system < 0.25
    good = share(
        [
            not (d["isDipole"] or d["shape_flag"] or d["pixelFlags_interpolated"])
            and d["psfFlux"] / d["psfFluxErr"] >= 6
            for d in sources
        ]
    )
    assert 0.1 < good < 0.6


def test_what_cannot_be_simulated_is_refused_before_the_first_packet() -> None:
    ztf = SURVEYS["ztf"]
    with pytest.raises(ConfigError, match=r"ztf has no schema of version 9\.9"):
        simulate(ztf, NIGHT, 1, version="9.9")
    with pytest.raises(ConfigError, match="2 corrupt packets of 1 cannot be made"):
        simulate(ztf, NIGHT, 1, corrupt=2)
    with pytest.raises(ConfigError, match="no simulation of mine exists"):
        simulate(replace(ztf, name="mine"), NIGHT, 1)
    assert list(simulate(ztf, NIGHT, 0)) == []
