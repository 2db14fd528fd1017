"""What Ctrl-C and SIGTERM do to a command."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from minibroker.ui import interrupt
from minibroker.ui.interrupt import SIGNALS, Interrupt, ignore, unheeded


@pytest.fixture(autouse=True)
def _handlers() -> Iterator[None]:
    before = {each: signal.getsignal(each) for each in SIGNALS}
    yield
    for each, handler in before.items():
        signal.signal(each, handler)


@pytest.mark.parametrize("first", SIGNALS)
def test_several_signals_at_once_are_one_request(
    first: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interrupt, "SAME_SECONDS", 3600.0)
    Interrupt().install()
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), first)
    for each in SIGNALS:
        os.kill(os.getpid(), each)


def test_a_later_signal_is_another_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interrupt, "SAME_SECONDS", 0.0)
    Interrupt().install()
    for each in SIGNALS:
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), each)


def test_signals_that_nobody_heard_do_not_put_off_the_next_request() -> None:
    heard = Interrupt()
    now = iter((10.0, 10.6, 11.2))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(interrupt.time, "monotonic", lambda: next(now))
        with pytest.raises(KeyboardInterrupt):
            heard()
        heard()
        with pytest.raises(KeyboardInterrupt):
            heard()


def test_nothing_interrupts_what_cleans_up() -> None:
    Interrupt().install()
    with unheeded():
        for each in SIGNALS:
            os.kill(os.getpid(), each)
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGINT)


def test_a_ctrl_c_that_the_caller_ignores_is_ignored() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Interrupt().install()
    os.kill(os.getpid(), signal.SIGINT)


def test_signals_after_the_first_do_not_disturb_the_end() -> None:
    Interrupt().install()
    ignore()
    for each in SIGNALS:
        os.kill(os.getpid(), each)
