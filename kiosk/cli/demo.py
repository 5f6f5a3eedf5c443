"""A practice market that is thrown away: full screen, or as a small market day in lines."""

from __future__ import annotations

import shlex
import signal
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from kiosk.cli.answers import Answer
from kiosk.cli.arguments import parse
from kiosk.messages import _, language

ENDINGS = ("SIGTERM", "SIGHUP")
Doing = Callable[[Namespace], AbstractContextManager[Answer]]


@contextmanager
def practice_folder() -> Iterator[Path]:
    """A folder that is removed at the end, whatever ends it that a program can see."""
    import tempfile

    from kiosk.founding import throw_away

    before = _catch(lambda number, _frame: _leave(number))
    folder = Path(tempfile.mkdtemp(prefix="kiosk-practice-"))
    try:
        yield folder
    finally:
        _catch(signal.SIG_IGN)  # nothing may come between here and the empty disk
        try:
            throw_away(folder)
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _leave(number: int) -> None:
    raise SystemExit(128 + number)


def _catch(handler: Any) -> Mapping[int, Any]:
    """Handle what ends programs, as far as this system and this thread can; gives how it was."""
    import threading

    if threading.current_thread() is not threading.main_thread():
        return {}
    numbers = [getattr(signal, name) for name in ENDINGS if hasattr(signal, name)]
    return {number: signal.signal(number, handler) for number in numbers}


def full_screen(run: Callable[[Path], int]) -> int:
    """The app on a practice market with goods and an open day; gives its exit status."""
    from kiosk.founding import found_practice

    with practice_folder() as folder:
        found_practice(folder, language()).close()
        return run(folder)


def play(doing: Doing) -> Iterator[tuple[str, Answer]]:
    """A small market day: each command as it is typed, and its answer, which is to be read before
    the next one is asked for."""
    slips: list[str] = []
    with practice_folder() as folder:
        for typed in _day(slips):
            options = parse(["--data", str(folder), "--language", language(), *typed])
            with doing(options) as answer:
                slips += _texts(answer)
                yield shlex.join(["kiosk", *(_shortened(word) for word in typed)]), answer


def _day(slips: Sequence[str]) -> Iterator[list[str]]:
    """The commands; `slips` grows with what is handed out."""
    yield ["found", "--name", _("Practice market"), "--practice", "--suggested-goods"]
    yield ["day", "open", "--crew", ":".join((_("you"), _("table")))]
    yield ["visit", "--brought", "3 kg tomatoes"]
    first = slips[-1]
    yield ["slip", "check", first]
    yield ["visit", "--took", "1 honey", "--slip", first]
    yield ["slip", "check", first]
    yield ["visit", "--took", "2 rice", "--solidarity"]
    yield ["undo"]
    yield ["undo", "--back"]
    yield ["day", "report"]
    yield ["day", "close", "--counted", "1"]
    yield ["verify"]


def _texts(answer: Answer) -> list[str]:
    slips = answer.facts.get("slips")
    return [str(slip["text"]) for slip in slips] if isinstance(slips, list) else []


def _shortened(word: str) -> str:
    return word if len(word) <= 40 else f"{word[:8]}…"
