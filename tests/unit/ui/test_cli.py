import errno
import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from minibroker.engine.process import Process
from minibroker.engine.store import FilterState, Store, StoredFilter
from minibroker.model.errors import Exit
from tests.command_line import run

TEXT = "SELECT * FROM ztf WHERE candidate.mag < 18"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_check_of_a_good_filter(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", "-e", "candidate.rb > 0.9") == Exit.DONE
    out, err = capsys.readouterr()
    assert out.splitlines()[0].split() == ["file", "filter", "survey", "fields", "read", "warnings"]
    assert err == ""


def test_check_of_a_bad_filter_draws_every_fault(capsys: pytest.CaptureFixture[str]) -> None:
    Path("bad.sql").write_text("SELECT * FROM ztf WHERE candidate.mag < 18 AND candidate.RB > 1")
    assert run("check", "bad.sql") == Exit.FILTER
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("error[unknown-field]") == 2
    assert "  --> bad.sql:1:25" in err


def test_a_file_that_cannot_be_read_hides_no_fault_of_the_others(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("latin.sql").write_bytes("candidate.rb > 0.9 -- é".encode("latin-1"))
    Path("bad.sql").write_text(TEXT)
    assert run("check", "latin.sql", "gone.sql", "bad.sql") == Exit.USAGE
    err = capsys.readouterr().err
    assert "error[not-utf8]: latin.sql" in err
    assert "error[file-unreadable]: gone.sql" in err
    assert "error[unknown-field]" in err


def test_check_as_json_has_the_one_shape_of_failures(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", "--json", "-e", TEXT) == Exit.FILTER
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is False
    (diagnostic,) = told["diagnostics"]
    assert diagnostic["code"] == "unknown-field"
    assert (diagnostic["line"], diagnostic["column"], diagnostic["end_column"]) == (1, 25, 38)


def test_a_failure_as_json_has_its_remedy(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", "--json", "gone.sql") == Exit.USAGE
    told = json.loads(capsys.readouterr().out)
    assert (told["code"], told["diagnostics"]) == ("file-unreadable", [])
    assert told["remedy"] == "check the name and its permissions"


@pytest.mark.parametrize(
    ("words", "exit_code", "message"),
    [
        (["check"], Exit.USAGE, "error[no-filter]: no filter given"),
        (["check", "gone.sql"], Exit.USAGE, "error[file-unreadable]: gone.sql: No such file or"),
        (["check", "--set", "kafka", "-e", "x"], Exit.USAGE, "error[bad-set]: --set kafka: no '='"),
        (["nonsense"], Exit.USAGE, "error[usage]: "),
        (["--set", "a=b", "up"], Exit.USAGE, "error[usage]: --set stands before the command"),
        (["schema", "ztg"], Exit.USAGE, "no survey 'ztg'; did you mean 'ztf'?"),
        (["schema", "ztf", "magpfs"], Exit.USAGE, "did you mean 'magpsf'?"),
        (["remove", "nothing"], Exit.USAGE, "has no filter 'nothing'"),
        (
            ["filters", "--config", "gone.toml"],
            Exit.USAGE,
            "error[toml-missing]: gone.toml: no such file",
        ),
    ],
)
def test_mistakes_are_told(
    words: list[str], exit_code: Exit, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*words) == exit_code
    assert message in capsys.readouterr().err


def test_a_file_that_is_not_utf8_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    Path("latin.sql").write_bytes(b"SELECT * FROM ztf -- \xe9toile")
    assert run("check", "latin.sql") == Exit.USAGE
    assert "latin.sql: byte 21 is not UTF-8" in capsys.readouterr().err


def test_explain_shows_both_spellings(capsys: pytest.CaptureFixture[str]) -> None:
    Path("f.sql").write_text("candidate.rb > 0.9")
    assert run("explain", "f.sql") == Exit.DONE
    out = capsys.readouterr().out
    assert "`candidate`.`rb` > 0.9E0" in out
    assert '"candidate"."rb" > 0.9E0' in out


def test_explain_shows_what_is_read_and_why_it_was_rewritten(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("f.sql").write_text("received_mjd() - candidate.jd > 0 AND candidate.ssdistnr < 5")
    assert run("explain", "f.sql") == Exit.DONE
    shown = capsys.readouterr()
    assert "reads:\n  candidate.jd\n  candidate.ssdistnr\n  received_mjd()\n" in shown.out
    assert "deepest:\n  candidate.ssdistnr\n" in shown.out
    assert "meaning:\n  Results that are NaN" in shown.out
    assert "warning[sentinel]" in shown.err
    assert run("explain", "f.sql", "--json") == Exit.DONE
    told = json.loads(capsys.readouterr().out)
    assert told["reads_received_mjd"]
    assert [warning["code"] for warning in told["warnings"]] == ["sentinel"]


def test_explain_takes_a_file_or_a_condition_and_not_both(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("f.sql").write_text("candidate.rb > 0.9")
    assert run("explain", "-e", "candidate.rb > 0.8") == Exit.DONE
    assert "`candidate`.`rb` > 0.8E0" in capsys.readouterr().out
    assert run("explain", "f.sql", "-e", "candidate.rb > 0.8") == Exit.USAGE
    assert "a file and -e are two filters" in capsys.readouterr().err
    assert run("explain") == Exit.USAGE
    assert "no filter given" in capsys.readouterr().err


def test_schema_shows_units(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("schema", "lsst", "diaSource.psfFlux", "--json") == Exit.DONE
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert rows[0]["field"] == "diaSource.psfFlux"
    assert rows[0]["unit"] == "nJy"


def test_a_backtest_without_an_archive_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    Path("f.sql").write_text("candidate.rb > 0.9")
    assert run("backtest", "f.sql", "--from", "2026-03-05", "--to", "2026-03-06") == Exit.USAGE
    told = "error[no-nights]: the archive has no night of ztf"
    assert f"{told} in [2026-03-05, 2026-03-06)\n" in capsys.readouterr().err
    for words, said in (
        (["--from", "2026-03-05"], " from 2026-03-05 on"),
        (["--to", "2026-03-06"], " before 2026-03-06"),
        ([], ""),
    ):
        assert run("backtest", "f.sql", *words) == Exit.USAGE
        assert f"{told}{said}\n" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "exit_code"),
    [
        (["--help"], Exit.DONE),
        (["schema", "ztf", "magpsf"], Exit.DONE),
        (["functions"], Exit.DONE),
        (["config", "show"], Exit.DONE),
        (["check", "f.sql"], Exit.DONE),
        (["explain", "f.sql"], Exit.DONE),
        (["filters"], Exit.DONE),
        (["show", "f"], Exit.USAGE),
        (["ledger"], Exit.DONE),
        (["score", "f"], Exit.USAGE),
        (["backtest", "f.sql"], Exit.USAGE),
        (["why", "f.sql", "7"], Exit.USAGE),
        (["archive", "status"], Exit.DONE),
        (["alert", "7"], Exit.USAGE),
        (["status", "--set", "flink.port=1"], Exit.DONE),
        (["audit", "--night", "2026-03-05"], Exit.USAGE),
        (["shell", "-c", "SELECT count(*) FROM filters", "-c", "\\dt"], Exit.DONE),
    ],
)
def test_what_only_reads_makes_nothing(words: list[str], exit_code: Exit) -> None:
    Path("f.sql").write_text("candidate.rb > 0.9")
    assert run(*words) == exit_code
    assert [each.name for each in Path().iterdir()] == ["f.sql"]


def test_nights_that_cannot_be_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    Path("f.sql").write_text("candidate.rb > 0.9")
    for words, message in (
        (["--from", "2026-03-06", "--to", "2026-03-06"], "[2026-03-06, 2026-03-06) holds no night"),
        (["--nights", "0"], "--nights 0: no night"),
        (["--from", "tuesday"], "'tuesday' is not a night"),
    ):
        assert run("backtest", "f.sql", *words) == Exit.USAGE
        assert message in capsys.readouterr().err
    assert run("backtest", "nothing") == Exit.USAGE
    assert "there is no file nothing, and " in (told := capsys.readouterr().err)
    assert "has no filter 'nothing'" in told
    assert run("score", "nothing") == Exit.USAGE
    assert "file" not in capsys.readouterr().err


def test_why_wants_one_alert_or_the_near_ones(capsys: pytest.CaptureFixture[str]) -> None:
    Path("f.sql").write_text("candidate.rb > 0.9")
    for words in ([], ["7", "--near", "3"]):
        assert run("why", "f.sql", *words) == Exit.USAGE
        assert "name one alert, or ask for --near N alerts" in capsys.readouterr().err
    assert run("why", "f.sql", "7") == Exit.USAGE
    assert "the archive has no night of ztf" in capsys.readouterr().err


def test_another_folders_kafka_is_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    Path("f.sql").write_text("-- name: f\nSELECT * FROM ztf WHERE candidate.rb > 0.9")
    with socket.socket() as other:
        other.bind(("localhost", 0))
        other.listen()
        port = other.getsockname()[1]
        assert run("submit", "f.sql", "--set", f"kafka.port={port}") == Exit.OUTSIDE
        told = capsys.readouterr().err
    data = Path("minibroker-data").absolute()
    assert f"error[not-ours]: what is at localhost:{port} is not the Kafka of {data}\n" in told
    assert "name it as kafka.bootstrap in minibroker.toml" in told


def test_another_folders_flink_is_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind(("localhost", 0))
        other.listen()
        port = other.getsockname()[1]
        assert run("status", "--set", f"flink.port={port}") == Exit.DONE
        assert "no job" in capsys.readouterr().err
        assert run("down", "--set", f"flink.port={port}") == Exit.DONE
        assert capsys.readouterr().err == ""


def test_doctor_as_json_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("doctor", "--json", "--set", "kafka.port=1", "--set", "flink.port=1") == Exit.OUTSIDE
    (line,) = capsys.readouterr().out.splitlines()
    told = json.loads(line)
    assert (told["ok"], told["code"]) == (False, "not-well")
    found = {each["system"]: each for each in told["rows"]}
    assert not found["kafka"]["well"]
    assert not found["jobs"]["well"]


def test_running_filters_of_a_stopped_stack_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    store = Store(Path("minibroker-data/minibroker.sqlite"))
    text = "SELECT * FROM ztf WHERE candidate.rb > 0.9"
    names = ("ann", "good", "ztf", "minibroker.ann.good", 1, "", "good.sql")
    store.commit([StoredFilter(*names, text, FilterState.RUNNING, 0)], "ann")
    owner = ("--set", "owner=ann")
    for words in (["filters"], ["show", "good"]):
        assert run(*words, *owner) == Exit.DONE
        told = capsys.readouterr().err
        assert "not running: kafka, jobmanager, taskmanager (see `minibroker status`)" in told


def test_status_shows_the_processes_when_the_flink_outside_is_away(
    capsys: pytest.CaptureFixture[str],
) -> None:
    outside = ("status", "--set", "flink.url=http://localhost:1")
    assert run(*outside) == Exit.OUTSIDE
    out, err = capsys.readouterr()
    assert out.splitlines()[1].split()[:2] == ["kafka", "stopped"]
    assert "error[flink-away]: Flink does not answer at http://localhost:1" in err
    assert run(*outside, "--json") == Exit.OUTSIDE
    (line,) = capsys.readouterr().out.splitlines()
    told = json.loads(line)
    assert (told["ok"], told["code"]) == (False, "flink-away")
    assert (told["jobs"], told["troubles"]) == ([], [])
    assert [each["name"] for each in told["processes"]] == ["kafka"]


def test_a_job_manager_that_runs_and_does_not_answer_is_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    child = Process("jobmanager", Path("minibroker-data/run"))
    child.start(["sleep", "600"], {})
    try:
        assert run("status", "--set", "flink.port=1") == Exit.OUTSIDE
        out, err = capsys.readouterr()
        assert out.splitlines()[2].split()[:2] == ["jobmanager", "running"]
        assert "error[flink-away]: Flink does not answer at http://localhost:1" in err
        assert run("down", "--set", "flink.port=1") == Exit.DONE
        assert capsys.readouterr().err == (
            "Flink does not answer: its jobs will resume from their newest checkpoints\n"
            "stopped jobmanager\n"
        )
    finally:
        child.stop()


def test_status_without_a_stack(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("status", "--set", "flink.port=1") == Exit.DONE
    out = capsys.readouterr().out
    assert [line.split()[:2] for line in out.splitlines()[1:4]] == [
        ["kafka", "stopped"],
        ["jobmanager", "stopped"],
        ["taskmanager", "stopped"],
    ]


def test_a_failure_that_nobody_reads_is_one() -> None:
    Path("bad.sql").write_text("SELECT * FROM ztf WHERE candidate.mag < 18")
    reading, writing = os.pipe()
    os.close(reading)
    checking = [sys.executable, "-m", "minibroker", "check", "--json", "bad.sql"]
    done = subprocess.run(checking, stdout=writing, stderr=subprocess.PIPE, text=True)
    os.close(writing)
    assert (done.returncode, done.stderr) == (Exit.FILTER, "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_is_told(number: signal.Signals) -> None:
    os.mkfifo("filter.sql")
    command = [sys.executable, "-m", "minibroker", "check", "filter.sql"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as running:
        try:
            writing = _opened_for_a_reader("filter.sql", running)
            _send_until_it_ends(running, number)
            assert running.stderr is not None
            assert running.stderr.read() == "interrupted\n"
            assert running.wait() == Exit.INTERRUPTED
            os.close(writing)
        finally:
            running.kill()


def _send_until_it_ends(running: subprocess.Popen[str], number: signal.Signals) -> None:
    # One that comes just before a read that blocks is noticed only at the next.
    deadline = time.monotonic() + 120
    while running.poll() is None and time.monotonic() < deadline:
        running.send_signal(number)
        with suppress(subprocess.TimeoutExpired):
            running.wait(20.0)


def _opened_for_a_reader(fifo: str, reader: subprocess.Popen[str]) -> int:
    """Open a pipe to write to as soon as a process reads it."""
    deadline = time.monotonic() + 120
    while reader.poll() is None and time.monotonic() < deadline:
        try:
            return os.open(fifo, os.O_WRONLY | os.O_NONBLOCK)
        except OSError as error:
            if error.errno != errno.ENXIO:
                raise
    raise AssertionError("nothing reads the pipe")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["backtest", "f.sql", "--sample", "-1"], "--sample"),
        (["why", "f.sql", "--near", "-1"], "--near"),
        (["serve", "--port", "99999999"], "--port"),
        (["demo", "--count", "0"], "--count"),
    ],
)
def test_a_number_out_of_its_range_is_refused(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("f.sql").write_text("candidate.rb > 0.9")
    assert run(*words) == Exit.USAGE
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["produce", "nope", "--topic", "t"], "file-unreadable", "nope: No such file"),
        (["produce", "empty", "--topic", "t"], "no-packets", "empty: no .avro file in it"),
        (["produce", "f.sql", "--topic", "a b"], "topic-name", "'a b' cannot be a topic's name"),
        (["archive", "import", "f.sql", "nope"], "file-unreadable", "nope: No such file"),
        (["record", "ztf", "f.sql"], "file-exists", "f.sql is there already"),
        (["record", "ztf", "no/x.avro"], "file-unwritable", "no/x.avro: No such file"),
        (["record", "ztf", "f.sql/x.avro"], "file-unwritable", "f.sql/x.avro: Not a directory"),
        (["play", "nope", "--topic", "t"], "file-unreadable", "nope: No such file"),
        (["play", "f.sql", "--topic", "t"], "recording-broken", "f.sql: broken after 0 messages"),
        (["rewind", "f.sql", "--to-topic", "a b"], "topic-name", "'a b' cannot be a topic's"),
        (["rewind", "f.sql", "--to-topic", "ztf"], "topic-taken", "ztf is a topic of the stream"),
        (["tail", "ztf", "--format", "parquet"], "usage", "--format without --save"),
        (["tail", "ztf", "--save", "f.sql"], "folder-unusable", "f.sql: Not a directory"),
        (["tail", "ztf", "--save", "f.sql/in"], "folder-unusable", "f.sql/in: Not a directory"),
        (["tail", "ztf", "--stamps", "f.sql"], "folder-unusable", "f.sql: Not a directory"),
        (["backtest", "f.sql", "--plot", "no/x.png"], "file-unwritable", "no/x.png: No such file"),
        (["backtest", "f.sql", "--plot", "x.pdf"], "plot-kind", "x.pdf: drawings are .png or .svg"),
    ],
)
def test_what_can_be_told_here_is_told_before_kafka_is_asked(
    words: list[str], code: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("f.sql").write_text("candidate.rb > 0.9")
    Path("empty").mkdir()
    assert run(*words, "--set", "kafka.port=1") == Exit.USAGE
    err = capsys.readouterr().err
    assert f"error[{code}]: {message}" in err
    assert "help: " in err


def test_csv_and_json_exclude_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    Path("f.sql").write_text("candidate.rb > 0.9")
    assert run("backtest", "f.sql", "--csv", "--json") == Exit.USAGE
    assert "--csv and --json exclude each other" in capsys.readouterr().out


def test_a_folder_that_cannot_be_made_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    Path("data").write_text("no folder")
    assert run("filters", "--set", "data=data") == Exit.OUTSIDE
    err = capsys.readouterr().err
    assert "error[system]: " in err
    assert "data" in err
    assert "help: check the name, its permissions, and the room on its disk" in err


def test_functions_are_found_by_a_part_of_a_name_and_by_an_alias(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run("functions", "MAG", "--json") == Exit.DONE
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert [row["function"] for row in rows] == [
        "mag(flux)",
        "magerr(flux, flux_error)",
        "flux(mag)",
    ]
    assert [row["unit"] for row in rows] == ["mag", "mag", "nJy"]
    for part, form in (("variance", "var_samp(x)"), ("photometry", "magerr(flux, flux_error)")):
        assert run("functions", part) == Exit.DONE
        assert form in capsys.readouterr().out


def test_every_function_and_aggregate_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    from minibroker.compiler.functions import reference
    from minibroker.model.expression import Gathering

    assert run("functions", "--json") == Exit.DONE
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert len(rows) == len(reference()) + len(Gathering) - 1


def test_a_function_that_there_is_not_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("functions", "medain") == Exit.USAGE
    err = capsys.readouterr().err
    assert (
        "error[function-unknown]: filters have no function 'medain'; did you mean 'median'?" in err
    )
    assert "help: list them: minibroker functions" in err
