"""The shell at a terminal: editing over many lines, history, completion, colour."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.enums import DEFAULT_BUFFER
from prompt_toolkit.filters import completion_is_selected, has_focus
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.lexers import PygmentsLexer
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.styles import Style
from pygments.lexer import inherit
from pygments.lexers.sql import PostgresLexer
from pygments.token import Keyword, Name

from minibroker.model.errors import BrokerError
from minibroker.ui.shell.text import divide

if TYPE_CHECKING:
    from minibroker.ui.shell.words import Vocabulary

FIRST, NEXT = "minibroker=> ", "minibroker-> "
STYLE = Style.from_dict(
    {
        # The terminal's own colours, which can be read on its background.
        "pygments.keyword": "bold ansicyan",
        "pygments.name.builtin": "ansiyellow",
        "pygments.literal.string": "ansigreen",
        "pygments.literal.number": "ansimagenta",
        "pygments.operator": "noinherit",
        "pygments.punctuation": "noinherit",
        "pygments.comment": "italic ansigray",
    }
)


class _Lexer(PostgresLexer):
    """PostgreSQL's words, which DuckDB shares, and the backslash commands."""

    tokens: ClassVar = {
        "root": [
            (r"\\[\w?]+", Name.Builtin),
            # A field is no keyword, not even candidate.dec.
            (r"(?<=\.)[a-zA-Z_]\w*", Name),
            (r"(?i)\b(ASOF|EXCLUDE|PIVOT|QUALIFY|SUMMARIZE|TRY_CAST|UNPIVOT)\b", Keyword),
            inherit,
        ]
    }


class _Completer(Completer):
    def __init__(self, vocabulary: Callable[[], Vocabulary]) -> None:
        self._vocabulary = cache(vocabulary)

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterable[Completion]:
        try:
            vocabulary = self._vocabulary()
        except BrokerError:
            # The next statement says what is wrong with the settings.
            return
        written, words = vocabulary.words(document.text_before_cursor)
        if not written and not complete_event.completion_requested:
            return
        for word in words:
            yield Completion(word.text, -len(written), display_meta=word.told)


def history_file() -> Path:
    """Return where what was typed is kept: readable by its owner alone."""
    state = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(state) / "minibroker" / "shell_history"


def _history() -> History:
    file = history_file()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        return FileHistory(str(file))
    except OSError:
        # A home that cannot be written to is no reason not to have a shell.
        return InMemoryHistory()


def prompt_session(vocabulary: Callable[[], Vocabulary]) -> PromptSession[str]:
    """Return the line editor: Enter runs what is finished, and else begins another line."""
    keys = KeyBindings()

    @keys.add("enter", filter=has_focus(DEFAULT_BUFFER) & ~completion_is_selected)
    def _(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if divide(buffer.text).is_finished:
            buffer.validate_and_handle()
        else:
            buffer.insert_text("\n")

    @keys.add("enter", filter=has_focus(DEFAULT_BUFFER) & completion_is_selected)
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.complete_state = None

    return PromptSession(
        FIRST,
        multiline=True,
        prompt_continuation=lambda width, line, wraps: NEXT,
        history=_history(),
        lexer=PygmentsLexer(_Lexer),
        style=STYLE,
        completer=_Completer(vocabulary),
        complete_while_typing=False,
        enable_history_search=False,
        key_bindings=keys,
        color_depth=ColorDepth.DEPTH_1_BIT if "NO_COLOR" in os.environ else None,
    )
