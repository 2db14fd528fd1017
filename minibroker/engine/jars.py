"""Jars of other projects: listed in flink-conf/jars.toml, fetched by Maven, checked by SHA-256."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from minibroker.model.errors import OutsideError

COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"


@dataclass(frozen=True)
class Jar:
    """One pinned jar of one class path (``kafka`` or ``flink``)."""

    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def file_name(self) -> str:
        """The name Maven gives the file."""
        return f"{self.artifact}-{self.version}.jar"


def read_list(path: Path) -> dict[str, tuple[Jar, ...]]:
    """Return the jars of each class path, in the file's order."""
    listed = tomllib.loads(path.read_text())
    return {
        class_path: tuple(_jar(coordinate, sha256) for coordinate, sha256 in jars.items())
        for class_path, jars in listed.items()
    }


def missing(jars: Iterable[Jar], folder: Path) -> tuple[Jar, ...]:
    """Return the jars that ``folder`` lacks, or holds with other bytes than were pinned."""
    return tuple(jar for jar in jars if _digest(folder / jar.file_name) != jar.sha256)


def fetch(jars: Iterable[Jar], folder: Path) -> int:
    """Bring the jars that ``folder`` lacks and return how many those were.

    Raises OutsideError when Maven is absent, cannot reach its repository, or brings a file
    whose checksum is not the pinned one; that file is not kept.
    """
    wanted = missing(jars, folder)
    if not wanted:
        return 0
    if shutil.which("mvn") is None:
        raise OutsideError(
            "maven-missing", "mvn is not on the PATH", "install Apache Maven 3.8 or newer"
        )
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        _copy_with_maven(wanted, Path(scratch))
        for jar in wanted:
            brought = Path(scratch) / jar.file_name
            found = _digest(brought)
            if found != jar.sha256:
                raise OutsideError(
                    "jar-checksum",
                    f"{jar.file_name}: SHA-256 is {found or 'missing'}, not {jar.sha256}",
                    "remove it from the local Maven repository and try again; do not run with it",
                )
            brought.replace(folder / jar.file_name)
    return len(wanted)


def _jar(coordinate: str, sha256: str) -> Jar:
    group, artifact, version = coordinate.split(":")
    return Jar(group, artifact, version, sha256)


def _copy_with_maven(jars: Iterable[Jar], folder: Path) -> None:
    pom = folder / "pom.xml"
    pom.write_text(_pom(jars))
    command = ["mvn", "-q", "-B", "-f", str(pom), COPY, f"-DoutputDirectory={folder}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = (done.stdout + done.stderr).strip().splitlines()
        reason = next((line for line in said if "ERROR" in line), "no reason given")
        raise OutsideError(
            "maven-failed",
            f"Maven could not fetch the jars: {reason}",
            f"run it by hand: mvn {COPY}",
        )


def _pom(jars: Iterable[Jar]) -> str:
    # Exclusions keep Maven from adding what is not listed: the list is the whole class path.
    dependencies = "".join(
        f"<dependency><groupId>{jar.group}</groupId><artifactId>{jar.artifact}</artifactId>"
        f"<version>{jar.version}</version><exclusions><exclusion><groupId>*</groupId>"
        "<artifactId>*</artifactId></exclusion></exclusions></dependency>"
        for jar in jars
    )
    return (
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
        "<groupId>minibroker</groupId><artifactId>jars</artifactId><version>1</version>"
        f"<dependencies>{dependencies}</dependencies></project>"
    )


def _digest(path: Path) -> str:
    """Return the SHA-256 of a file, empty when there is none."""
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
