"""The page on the prototype names what is here."""

from __future__ import annotations

import re

from minibroker.ui.cli import app
from tests.readme import ROOT

PAGE = (ROOT / "docs" / "prototype.md").read_text()


def test_every_command_exists() -> None:
    named = set(re.findall(r"`minibroker ([a-z]+)", PAGE))
    assert {"produce", "tail", "monitor", "submit", "record", "play", "simulate"} <= named
    assert named <= set(app)


def test_every_file_exists() -> None:
    named = set(re.findall(r"`([\w/.-]+(?:\.sql|\.py|\.md|\.yml|/))`", PAGE)) | {"Dockerfile"}
    here = {name for name in named if "/" in name or name == "docker-compose.yml"}
    assert len(here) > 8
    for name in here:
        assert (ROOT / name).exists(), name


def test_every_flag_exists() -> None:
    for command, words in re.findall(r"`minibroker ([a-z]+)([^`]*)`", PAGE):
        arguments = app[command].assemble_argument_collection()
        names = {name for argument in arguments for name in argument.names}
        assert set(re.findall(r"--[a-z-]+", words)) <= names, command
