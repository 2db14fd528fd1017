"""The pages of docs/reference that follow from the command line's help and from the settings."""

from __future__ import annotations

import ast
import inspect
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from cyclopts import App
from rich.console import Console

from minibroker import config
from minibroker.model import setting_kinds
from minibroker.ui.app import EXITS
from minibroker.ui.cli import app
from tests.reference import GENERATED

WIDTH = 100


def commands() -> str:
    """Return the help of every command, as the command line prints it."""
    parts = [GENERATED + "\n# Commands", EXITS]
    for words in _commands(app, ()):
        parts.append(f"## {' '.join(words)}\n\n```text\n{_help(words)}\n```")
    return "\n\n".join(parts) + "\n"


def _commands(group: App, before: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for name in sorted(each for each in group if not each.startswith("-")):
        words = (*before, name)
        inner = [each for each in group[name] if not each.startswith("-")]
        if inner:
            yield from _commands(group[name], words)
        else:
            yield words


def _help(words: tuple[str, ...]) -> str:
    out = io.StringIO()
    app.help_print(words, console=Console(file=out, width=WIDTH, color_system=None))
    # Every help has the exit codes: they stand once, at the head of the page.
    text = "\n".join(line.rstrip() for line in out.getvalue().splitlines()).strip()
    return re.sub(r"Exit codes:.*?(?=Example:)", "", text, flags=re.S)


def settings() -> str:
    """Return a table of the settings, their types, their defaults and what they are."""
    parts = [_SETTINGS_HEAD]
    tree = ast.parse(Path(config.__file__).read_text(encoding="utf-8"))
    classes = {node.name: _whole(node) for node in tree.body if isinstance(node, ast.ClassDef)}
    for key, name in _sections(classes):
        parts.append(f"## {key or 'At the top'}\n\n{ast.get_docstring(classes[name])}")
        parts.append("\n".join(_rows(classes[name], f"{key}." if key else "")))
    return "\n\n".join(parts) + "\n"


def _whole(node: ast.ClassDef) -> ast.ClassDef:
    """Return a class with the fields of its bases before its own."""
    for base in node.bases:
        source = inspect.getsource(getattr(config, ast.unparse(base)))
        (inherited,) = ast.parse(source).body
        assert isinstance(inherited, ast.ClassDef)
        own = node.body[1:] if ast.get_docstring(node) else node.body
        node.body = [*node.body[: -len(own)], *inherited.body[1:], *own]
    return node


def _sections(classes: dict[str, ast.ClassDef]) -> Iterator[tuple[str, str]]:
    yield "", "Config"
    for field in _fields(classes["Config"]):
        kind = ast.unparse(field.annotation)
        inner = next((name for name in classes if name in re.split(r"\W", kind)), None)
        if inner is not None:
            name = ast.unparse(field.target)
            yield (f"{name}.NAME" if kind != inner else name), inner


def _fields(node: ast.ClassDef) -> Iterator[ast.AnnAssign]:
    for each in node.body:
        if isinstance(each, ast.AnnAssign) and ast.unparse(each.target) != "origins":
            yield each


def _rows(node: ast.ClassDef, prefix: str) -> Iterator[str]:
    yield "| key | type | default | what it is |\n|---|---|---|---|"
    for field in _fields(node):
        kind = ast.unparse(field.annotation)
        named = _named(kind)
        if named:
            following = node.body[node.body.index(field) + 1 :]
            told = _text(following[0]) if following else ""
            name = prefix + ast.unparse(field.target)
            yield f"| `{name}` | {named} | {_default(field)} | {told} |"


def _named(kind: str) -> str:
    """Return what a setting may be, empty for a table of settings."""
    if kind in _KINDS:
        return _KINDS[kind]
    _, *allowed = get_args(getattr(setting_kinds, kind, None)) or (None,)
    return re.sub("^an? ", "", allowed[0].wanted) if allowed else ""


def _text(node: ast.stmt) -> str:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return " ".join(str(node.value.value).split()).replace("``", "`").replace("|", "\\|")
    return ""


def _default(field: ast.AnnAssign) -> str:
    if field.value is None:
        return "none: it must be set"
    if isinstance(field.value, ast.Constant):
        return f"`{field.value.value}`" if field.value.value not in ("", None) else "empty"
    written = ast.unparse(field.value)
    path = re.fullmatch(r"Path\((?:'(.*)')?\)", written)
    if path:
        return f"`{path[1]}`" if path[1] else "empty"
    return _FOLLOWING.get(written, "follows from the host")


_KINDS = {
    "str": "text",
    "Path": "path",
    "Mapping[str, str]": "table of texts",
}

_FOLLOWING = {
    "field(default_factory=dict)": "empty",
    "field(default_factory=getpass.getuser)": "the user's name",
    "field(default_factory=lambda: shipped('schemas'))": "those that ship",
    "field(default_factory=_jars)": "`build/jars` of a checkout, else the user's cache",
}

_SETTINGS_HEAD = f"""{GENERATED}
# Settings

Read from `minibroker.toml` of the working folder (or `--config FILE`), then from variables
(`kafka.port` is `MINIBROKER_KAFKA_PORT`), then from flags (`--set kafka.port=9192`); the last one
counts. `minibroker config show` tells the value of each and where it came from. An unknown key is
an error that names the nearest one."""
