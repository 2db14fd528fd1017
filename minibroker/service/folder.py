"""Where files are to be written: tried before anything is asked or computed for them."""

from __future__ import annotations

import tempfile
from pathlib import Path

from minibroker.model.errors import ConfigError


def writable(folder: Path) -> Path:
    """Return the folder, or the one in which it would be made; OSError where nothing can be."""
    there = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    tempfile.TemporaryFile(dir=there).close()
    return there


def check_folder(folder: Path) -> None:
    """Raise ConfigError where files cannot be saved in a folder, which need not be there yet."""
    try:
        writable(folder)
    except OSError as error:
        raise ConfigError(
            "folder-unusable", f"{folder}: {error.strerror}", "name another folder"
        ) from error


def check_file(file: Path) -> None:
    """Raise ConfigError where a file cannot be written; its folder must be there."""
    try:
        tempfile.TemporaryFile(dir=file.parent).close()
    except OSError as error:
        raise ConfigError(
            "file-unwritable", f"{file}: {error.strerror}", "name a file in a folder of yours"
        ) from error
