"""What every command owes its user: help with an example that works, and JSON when asked for."""

import json
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cyclopts import App

from minibroker.model.errors import Exit
from minibroker.ui.cli import app
from tests.command_line import run


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _commands(group: App, words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for name in group:
        if not name.startswith("-"):
            yield (*words, name)
            yield from _commands(group[name], (*words, name))


COMMANDS = list(_commands(app, ()))


def _example(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Return the words after ``minibroker`` of the example in a command's help."""
    assert run(*command, "--help") == Exit.DONE
    help_ = re.sub(r"\s+", " ", capsys.readouterr().out)
    _, _, example = help_.rpartition("Example: minibroker ")
    return shlex.split(example)


def _is_group(command: tuple[str, ...]) -> bool:
    here = app
    for name in command:
        here = here[name]
    return here.default_command is None


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_ends_with_an_example_that_the_command_line_takes(
    command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    words = _example(command, capsys)
    assert tuple(words[: len(command)]) == command
    app.parse_args(words, exit_on_error=False, print_error=False)


@pytest.mark.parametrize(
    "command", [each for each in COMMANDS if not _is_group(each)], ids=" ".join
)
def test_json_is_one_object_whatever_happens(
    command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    words = [*_example(command, capsys), "--json", "--config", "gone.toml"]
    exit_code = run(*words)
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is (exit_code == Exit.DONE)
    if exit_code:
        assert isinstance(told["code"], str)
        assert told["message"]
        assert isinstance(told["diagnostics"], list)


@pytest.mark.parametrize(
    "command", [each for each in COMMANDS if not _is_group(each)], ids=" ".join
)
def test_a_wrong_option_is_told_as_json_too(
    command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    words = [*_example(command, capsys), "--no-such-option", "--json"]
    assert run(*words) == Exit.USAGE
    told = json.loads(capsys.readouterr().out)
    assert (told["ok"], told["code"], told["diagnostics"]) == (False, "usage", [])
    assert "no-such-option" in told["message"]


def test_without_a_command_five_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == Exit.DONE
    shown = capsys.readouterr().out
    examples = re.findall(r"^  minibroker (.*?)(?:   |$)", shown, re.MULTILINE)
    assert [each.split()[0] for each in examples] == ["up", "check", "submit", "backtest", "status"]
    for each in examples:
        app.parse_args(each, exit_on_error=False, print_error=False)
    assert run(*examples[1].split()) == Exit.DONE
    assert "minibroker --help" in shown


@pytest.mark.parametrize(
    ("command", "exit_code", "code"),
    [
        ("check", Exit.DONE, ""),
        ("explain", Exit.DONE, ""),
        ("submit", Exit.OUTSIDE, "kafka-away"),
        ("backtest", Exit.USAGE, "no-nights"),
        ("why", Exit.USAGE, "no-nights"),
        ("rewind", Exit.USAGE, "no-nights"),
    ],
)
def test_the_filter_of_an_example_is_found_in_any_folder(
    command: str, exit_code: Exit, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = _example((command,), capsys)
    assert [word for word in words if word.startswith("sql/")]
    assert run(*words, "--set", "kafka.port=1", "--set", "flink.port=1") == exit_code
    err = capsys.readouterr().err
    assert re.findall(r"^error\[(.*?)\]", err, re.MULTILINE) == [code] * bool(code)


def test_a_file_of_the_working_folder_goes_before_one_that_ships(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run("check", "sql/ztf_asteroids.sql") == Exit.DONE
    assert "sql/ztf_asteroids.sql  ztf_asteroids" in capsys.readouterr().out
    Path("sql").mkdir()
    Path("sql/ztf_asteroids.sql").write_text("SELECT")
    assert run("check", "sql/ztf_asteroids.sql") == Exit.FILTER
    assert run("check", "sql/nothing.sql") == Exit.USAGE
    assert "sql/nothing.sql: No such file" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said", "remedy"),
    [
        ("tail", "TOPIC is missing", "minibroker tail --help"),
        ("record ztf", "FILE is missing", "minibroker record --help"),
        ("simulate ztf", "NIGHT is missing", "minibroker simulate --help"),
        ("produce f.avro", "--topic is missing", "minibroker produce --help"),
        ("restart ztf", "--from is missing", "minibroker restart --help"),
        ("tail x --format", "--format has no value", "minibroker tail --help"),
        ("tail x y", "y: more than the command takes", "minibroker tail --help"),
        ("archive import --nope", "Unknown option: --nope.", "minibroker archive import --help"),
        ("schem", 'Unknown command "schem". Did you mean "schema"?', "minibroker --help"),
        (
            "archive nope",
            'Unknown command "nope". Available commands: status, compact, verify, import.',
            "minibroker archive --help",
        ),
        (
            "shell --format xml",
            'Invalid value "xml" for --format. Choose from: "table", "csv", "json", "jsonl",'
            ' "markdown", "parquet".',
            "minibroker shell --help",
        ),
        (
            "completion fish",
            'Invalid value "fish" for SHELL. Choose from: "bash", "zsh".',
            "minibroker completion --help",
        ),
    ],
)
def test_a_wrong_command_line_is_told_in_the_words_of_the_help(
    words: str, said: str, remedy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*words.split()) == Exit.USAGE
    assert capsys.readouterr().err == f"error[usage]: {said}\n  help: run `{remedy}`\n"


COMPLETE = """
{script}
COMP_WORDS=({words})
COMP_CWORD=$(( ${{#COMP_WORDS[@]}} - 1 ))
$(complete -p minibroker | sed -E 's/.*-F ([^ ]+).*/\\1/') minibroker
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


def _completed_by_bash(words: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    assert run("completion", "bash") == Exit.DONE
    script = COMPLETE.format(script=capsys.readouterr().out, words=words)
    done = subprocess.run(
        ["bash", "--norc", "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    return done.stdout.split()


def test_bash_completes_commands_and_options(capsys: pytest.CaptureFixture[str]) -> None:
    assert _completed_by_bash("minibroker backt", capsys) == ["backtest"]
    assert "show" in _completed_by_bash("minibroker config ''", capsys)
    assert "--sample" in _completed_by_bash("minibroker backtest --s", capsys)


def test_zsh_gets_a_script_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("completion", "zsh") == Exit.DONE
    script = capsys.readouterr().out
    assert script.startswith("#compdef minibroker")
    # A file of $fpath must call what it defines; `eval` must bind it.
    assert '_cyclopts_minibroker "$@"' in script
    assert "compdef _cyclopts_minibroker minibroker" in script
    assert run("completion", "fish") == Exit.USAGE
    assert "fish" in capsys.readouterr().err
