"""The backslash commands: psql's, and the broker's verbs on the query in hand."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

from minibroker.model.errors import ConfigError
from minibroker.ui.report import sent
from minibroker.ui.shell import formats
from minibroker.ui.shell.session import Leave, Session, Verb
from minibroker.ui.shell.text import divide

LONGEST_WAIT = 86_400.0
r"""Seconds between two runs of ``\watch``."""
MOST_STAMPS = 10
"""Alerts whose images one command writes."""
DEEPEST = 16
r"""How many files may read each other by ``\i``."""


def help_(session: Session, argument: str) -> None:
    """List the commands."""
    if session.report.is_json:
        rows = [(name, verb.arguments, verb.told) for name, verb in VERBS.items()]
        session.report.rows(("command", "arguments", "what it does"), rows)
        return
    lines = []
    for group in dict.fromkeys(verb.group for verb in VERBS.values()):
        lines.append(group)
        for name, verb in VERBS.items():
            if verb.group == group:
                called = f"\\{name} {verb.arguments}"
                lines.append(f"  {called:<28} {verb.told}")
        lines.append("")
    lines.append(
        "A statement ends with a semicolon; Ctrl-C stops it, Ctrl-R looks back, Ctrl-D leaves."
    )
    session.report.text("\n".join(lines))


def leave(session: Session, argument: str) -> None:
    """End the session."""
    raise Leave


def describe(session: Session, argument: str) -> None:
    """List the views, or the columns of one with all that is nested in them."""
    view, _, part = argument.partition(" ")
    if not view:
        views(session, "")
        return
    if view not in session.broker.surveys:
        session.query(f'DESCRIBE "{view}"')
        return
    rows = session.broker.filters.fields(view, part.strip())
    found = [(row.path, row.type, row.unit, row.description) for row in rows]
    session.report.rows(("field", "type", "unit", "description"), found)


def views(session: Session, argument: str) -> None:
    """List the views with the nights that they hold."""
    rows: list[tuple[str, str, int | str, str, str]] = []
    for name, survey in session.broker.surveys.items():
        nights = session.broker.archive(name).nights()
        span = (nights[0], nights[-1]) if nights else ("", "")
        rows.append((name, survey.title, len(nights), *span))
    rows.append(("deliveries", "what became of each alert that a filter passed", "", "", ""))
    rows.append(("filters", "the filters that run", "", "", ""))
    session.report.rows(("view", "holds", "nights", "first", "last"), rows)


def functions(session: Session, argument: str) -> None:
    """List the functions of the filter language."""
    from minibroker.ui.commands.filters import functions as list_functions

    list_functions(argument, options=session.options)


def expand(session: Session, argument: str) -> None:
    """Show records instead of a table: turn it over, or set it."""
    session.expanded = _choice("\\x", argument, ("on", "off", "auto")) or (
        "off" if session.expanded == "on" else "on"
    )
    session.report.tell(f"expanded display is {session.expanded}")


def timing(session: Session, argument: str) -> None:
    """Tell how long each statement took: turn it over, or set it."""
    chosen = _choice("\\timing", argument, ("on", "off"))
    session.timing = chosen == "on" if chosen else not session.timing
    session.report.tell(f"timing is {'on' if session.timing else 'off'}")


def set_format(session: Session, argument: str) -> None:
    """Choose how answers are written."""
    if not argument:
        session.report.tell(f"the format is {session.format}")
        return
    session.format = _choice("\\format", argument, formats.FORMATS)


def output(session: Session, argument: str) -> None:
    """Send answers to a file, or to standard output again."""
    session.output.choose(argument)


def include(session: Session, argument: str) -> None:
    """Run the statements and commands of a file."""
    if not argument:
        raise ConfigError("shell-argument", "\\i: no file", "\\i night.sql")
    run_file(session, Path(argument).expanduser())


def run_file(session: Session, path: Path) -> None:
    """Run a file; a relative name is one beside the file that names it."""
    from minibroker.ui.app import read_filter

    if session.reading and not path.is_absolute():
        path = session.reading[-1].parent / path
    if len(session.reading) == DEEPEST:
        raise ConfigError(
            "shell-include", f"{path}: files read each other {DEEPEST} deep", "one reads itself"
        )
    read = read_filter(path)
    session.reading.append(path)
    try:
        session.run(read.text, read.origin)
    finally:
        session.reading.pop()


def again(session: Session, argument: str) -> None:
    """Run the query in hand."""
    session.query(session.query_in_hand())


def show_query(session: Session, argument: str) -> None:
    """Show the query in hand."""
    query = session.query_in_hand()
    if session.report.is_json:
        session.report.value({"ok": True, "query": query})
    else:
        session.report.text(query)


def watch(session: Session, argument: str) -> None:
    """Run the query in hand again and again until Ctrl-C; ``c=3`` ends after three."""
    seconds, times = _watched(argument)
    query = session.query_in_hand()
    done = 0
    while True:
        session.report.tell(f"{datetime.now().astimezone():%Y-%m-%d %H:%M:%S}, every {seconds:g} s")
        session.query(query)
        done += 1
        if done == times:
            return
        time.sleep(seconds)


def _watched(argument: str) -> tuple[float, int]:
    seconds, times = 2.0, 0
    try:
        for word in argument.split():
            key, equals, value = word.partition("=")
            if key == "c" and equals:
                times = int(value)
            else:
                seconds = float(value if key == "i" and equals else word)
        if not 0 <= seconds <= LONGEST_WAIT or times < 0:
            raise ValueError
    except ValueError:
        raise ConfigError(
            "shell-argument", f"\\watch {argument}: not understood", "\\watch 2, or \\watch i=2 c=3"
        ) from None
    return seconds, times


def edit(session: Session, argument: str) -> None:
    """Edit the query in hand, or a file, in $EDITOR; what has a semicolon runs at once."""
    if not sys.stdin.isatty():
        raise ConfigError("shell-terminal", "\\e needs a terminal", "put the query into a file")
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    with tempfile.TemporaryDirectory(prefix="minibroker-") as folder:
        path = Path(argument).expanduser() if argument else Path(folder) / "query.sql"
        if not argument:
            path.write_text(session.in_hand + "\n" if session.in_hand else "", encoding="utf-8")
        try:
            code = subprocess.run([*shlex.split(editor), str(path)], check=False).returncode
        except OSError as error:
            raise ConfigError(
                "shell-editor", f"{editor}: {error.strerror}", "set EDITOR to yours"
            ) from None
        if code:
            raise ConfigError("shell-editor", f"{editor} ended with {code}", "nothing was run")
        text = path.read_text(encoding="utf-8") if path.exists() else ""
    if divide(text).is_finished:
        session.run(text, "query")
    else:
        session.typed_next = text.strip()


def check(session: Session, argument: str) -> None:
    """Say what is wrong with the query in hand as a filter."""
    source = session.source()
    plan = session.broker.filters.check(source)
    session.report.warnings(source.origin, source.text, plan.filter.warnings)
    read = formats.counted(len(plan.filter.columns), "field")
    session.report.tell(
        f"a filter on {plan.filter.survey}: it reads {read} and sends"
        f" {sent(plan.filter.projection)}; \\submit NAME runs it"
    )


def explain(session: Session, argument: str) -> None:
    """Show how the query in hand is understood as a filter."""
    source = session.source()
    explained = session.broker.filters.explain(source)
    session.report.warnings(source.origin, source.text, explained.warnings)
    session.report.explanation(explained)


def backtest(session: Session, argument: str) -> None:
    """Count what the query in hand would have passed, night by night."""
    from minibroker.model.night import interval

    first, _, after = argument.partition(" ")
    nights = interval(first or None, after.strip() or None)
    found = session.broker.past.backtest(session.source(), nights, 0)
    rows = [(n.night, n.tally.read, n.tally.passed) for n in found.tallies.nights]
    whole = found.whole
    columns = ("night", "read", "passed")
    session.report.rows(columns, [*rows, ("all", whole.read, whole.passed)])


def why(session: Session, argument: str) -> None:
    """Say why an alert passes the query in hand, or does not."""
    from minibroker.ui.commands.past import show_why

    if not argument:
        raise ConfigError(
            "shell-argument", "\\why: which alert?", "name its id: \\why 3350136160215010001"
        )
    show_why(session.report, session.broker.past.why(session.source(), argument))


def submit(session: Session, argument: str) -> None:
    """Run the query in hand as a filter of this name."""
    from minibroker.model.filter import FilterSource

    name, _, how = argument.partition(" ")
    if not re.fullmatch(r"\w+", name) or how.strip() not in ("", "--anyway"):
        raise ConfigError(
            "shell-argument",
            f"\\submit {argument}".rstrip() + ": a filter needs a name",
            "\\submit bright_stars, or \\submit bright_stars --anyway",
        )
    text = f"-- name: {name}\n{session.source().text}\n"
    (done,) = session.broker.filters.submit([FilterSource(text, f"{name}.sql")], bool(how))
    stored = done.filter
    row = (stored.name, stored.version, stored.topic, done.changed)
    session.report.rows(("filter", "version", "topic", "changed"), [row])


def filters(session: Session, argument: str) -> None:
    """List the filters that run."""
    from minibroker.ui.commands.filters import filters as list_filters

    list_filters(options=session.options)


def stamps(session: Session, argument: str) -> None:
    """Write the images of an alert, or of the first alerts of the query in hand, to a folder."""
    first, _, rest = argument.partition(" ")
    ids, folder = ([first], rest.strip()) if first.isdecimal() else (None, argument)
    path = Path(folder or "stamps").expanduser()
    for alert_id in _ids_in_hand(session) if ids is None else ids:
        found = session.broker.upkeep.alert(alert_id)
        saved, broken = session.broker.upkeep.save_stamps(found, path)
        for error in broken:
            session.report.tell(f"{alert_id}: {error.message}")
        session.report.tell(f"{alert_id}: {len(saved)} files in {path}")


def _ids_in_hand(session: Session) -> list[str]:
    """Return the ids of the first alerts that the query in hand answers."""
    result = session.sandbox.query(session.query_in_hand())
    keys = {survey.alert_id[-1] for survey in session.broker.surveys.values()}
    at = next((n for n, name in enumerate(result.columns) if name in keys), None)
    if at is None:
        raise ConfigError(
            "shell-no-alerts",
            f"the query in hand has no column of alert ids ({', '.join(sorted(keys))})",
            "select it too, or name an alert: \\stamps 3350136160215010001",
        )
    rows = result.fetch(MOST_STAMPS + 1)
    if len(rows) > MOST_STAMPS:
        session.report.tell(f"the first {MOST_STAMPS} alerts of more")
    return [str(row[at]) for row in rows[:MOST_STAMPS]]


def _choice(command: str, word: str, known: tuple[str, ...]) -> str:
    if word and word not in known:
        raise ConfigError(
            "shell-argument", f"{command} {word}: not understood", f"one of {', '.join(known)}"
        )
    return word


GENERAL, LOOKING, WRITING, FILTER = (
    "General",
    "What there is",
    "Answers",
    "The query in hand as a filter",
)

VERBS: dict[str, Verb] = {
    "?": Verb(help_, "", "this list", GENERAL),
    "q": Verb(leave, "", "leave", GENERAL),
    "i": Verb(include, "FILE", "run a file", GENERAL),
    "e": Verb(edit, "[FILE]", "edit the query in hand, or a file", GENERAL),
    "g": Verb(again, "", "run the query in hand", GENERAL),
    "p": Verb(show_query, "", "show the query in hand", GENERAL),
    "watch": Verb(watch, "[SECONDS] [c=N]", "run it again and again, until Ctrl-C", GENERAL),
    "timing": Verb(timing, "[on|off]", "tell how long a statement took", GENERAL),
    "d": Verb(describe, "[VIEW [PART]]", "views; one's fields with units", LOOKING),
    "dt": Verb(views, "", "views and their nights", LOOKING),
    "df": Verb(functions, "[PART]", "functions that filters and queries have", LOOKING),
    "x": Verb(expand, "[on|off|auto]", "records instead of a table", WRITING),
    "format": Verb(set_format, "[FORMAT]", f"{', '.join(formats.FORMATS)}", WRITING),
    "o": Verb(output, "[FILE]", "answers to a file (.csv .json .jsonl .md .parquet)", WRITING),
    "check": Verb(check, "", "what is wrong with it", FILTER),
    "explain": Verb(explain, "", "how it is understood", FILTER),
    "backtest": Verb(backtest, "[FROM [TO]]", "what it would have passed, night by night", FILTER),
    "why": Verb(why, "ID", "why an alert passes it, or does not", FILTER),
    "submit": Verb(submit, "NAME [--anyway]", "run it: what passes goes to its own topic", FILTER),
    "stamps": Verb(stamps, "[ID] [DIR]", "images of its first alerts, or of one", FILTER),
    "filters": Verb(filters, "", "the filters that run", FILTER),
}
