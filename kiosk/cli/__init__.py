"""The command line: `kiosk`, and every action of the table in lines.

This module starts the app, shows answers, and turns errors into sentences and exit status: 0 done,
1 the books refuse, 2 typed wrongly, 3 the surroundings fail. What may be typed is in
kiosk/cli/arguments, what it does in the modules that kiosk/cli/commands.py names; they are
imported when a command needs them, because the app must not wait for them.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from db.errors import N_, BadSetting, KioskError, TerminalUnusable, Trouble
from kiosk.cli.answers import Answer, folder_named
from kiosk.machine import log
from kiosk.machine.private import kept_private
from kiosk.machine.streams import open_closed_streams
from kiosk.messages import LANGUAGES, _, sentence, speaking

if TYPE_CHECKING:
    from argparse import Namespace

INTERRUPTED = 130
LANGUAGE_OPTION = "--language"
SENTENCE_LENGTH = 4096


class SurroundingsFail(Trouble):
    sentence = N_("That failed: {why}. The ledger says what was booked; mend it, then try again.")


class ProgramFault(Trouble):
    sentence = N_(
        "Something in this program is wrong: {what}. What was booked is in the ledger: look there "
        "before you do it again."
    )


class OutputClosed(Trouble):
    sentence = N_(
        "Not all could be said, because the output failed: {why}. "
        "What was booked stays booked: look before you do it again."
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what was typed (else what stands in `sys.argv`); gives the exit status."""
    open_closed_streams()
    typed = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        # A terminal that can't show a sign shows another; it does not end the command.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    with kept_private(), speaking(_language(typed)):
        try:
            return _obey_aloud(typed)
        except SystemExit as left:
            return left.code if isinstance(left.code, int) else 0
        except KeyboardInterrupt:
            return INTERRUPTED
        except KioskError as error:
            return _refuse(error, as_json="--json" in typed)
        except Exception as error:
            return _refuse(_in_our_words(error), as_json="--json" in typed)


def _obey_aloud(typed: Sequence[str]) -> int:
    """Obey, and see that what was said arrived: help ends a command before its answer is shown."""
    try:
        return _obey(typed)
    finally:
        _flush(sys.stdout)


def _obey(typed: Sequence[str]) -> int:
    if not typed:  # the app's first paint waits for no parser
        return _full_screen(folder_named(None))
    from kiosk.cli.arguments import parse

    options = parse(typed)
    chosen = getattr(options, "language", None)
    if chosen is not None and chosen not in LANGUAGES:
        raise BadSetting(
            text=chosen,
            setting=LANGUAGE_OPTION,
            why=_("the languages are {languages}.").format(languages=", ".join(LANGUAGES)),
        )
    if not options.run:
        return _full_screen(folder_named(getattr(options, "data", None)))
    if options.run == "demo":
        return _demo(options)
    from kiosk.cli.commands import answered

    with answered(options) as answer:
        _show(answer, as_json=_as_json(options))
        return answer.status


# The app, and practice


def _full_screen(folder: Path) -> int:
    if not _at_a_terminal():
        raise TerminalUnusable(
            why=_("there is none. Every action has a line of its own, see “kiosk --help”")
        )
    return _run_app(folder)


def _demo(options: Namespace) -> int:
    from kiosk.cli import demo

    if not options.lines and not _as_json(options) and _at_a_terminal():
        return demo.full_screen(_run_app)
    from kiosk.cli.commands import answered

    steps = []
    for command, answer in demo.play(answered):
        if _as_json(options):
            steps.append({"command": command, "status": answer.status, "answer": answer.facts})
        else:
            for line in (f"$ {command}", *answer.lines, *answer.asides, ""):
                _write(sys.stdout, line)
            _flush(sys.stdout)
    if _as_json(options):
        _write_json({"steps": steps})
    return 0


def _run_app(folder: Path) -> int:
    from kiosk.running.supervisor import supervised

    return supervised(lambda: _show_app(folder), folder)


def _show_app(folder: Path) -> int:
    # While modules are loaded there is no garbage to look for; the app turns it on again.
    gc.disable()
    # Textual paints at most so often: a key is answered within 8 ms instead of 16.
    os.environ.setdefault("TEXTUAL_FPS", "120")
    from kiosk.app import run

    return run(folder)


def _at_a_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _as_json(options: Namespace) -> bool:
    return bool(getattr(options, "json", False))


# What is said


def _language(typed: Sequence[str]) -> str:
    """The language before a market is open: as typed, else the system's, as far as we speak it."""
    for option, value in zip_longest(typed, typed[1:]):
        if option == LANGUAGE_OPTION and value in LANGUAGES:
            return value
        name, _equals, joined = option.partition("=")
        if name == LANGUAGE_OPTION and joined in LANGUAGES:
            return joined
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        named = os.environ.get(variable, "")
        if named:
            code = named.replace(".", "_").partition("_")[0]
            return code if code in LANGUAGES else "en"
    return "en"


def _show(answer: Answer, *, as_json: bool) -> None:
    if as_json:
        _write_json(answer.facts)
    else:
        for line in answer.lines:
            _write(sys.stdout, line)
    _flush(sys.stdout)
    for aside in answer.asides:
        _write(sys.stderr, aside)


def _write_json(facts: Mapping[str, object]) -> None:
    # Escaped, so that it reads the same in every encoding and can't act on a terminal.
    import json

    _write(sys.stdout, json.dumps(facts))


def _write(stream: TextIO, line: str) -> None:
    try:
        stream.write(line + "\n")
    except (OSError, ValueError) as error:
        raise _closed(stream, error) from error


def _flush(stream: TextIO) -> None:
    try:
        stream.flush()
    except (OSError, ValueError) as error:
        raise _closed(stream, error) from error


def _closed(stream: TextIO, error: OSError | ValueError) -> OutputClosed:
    """The error that fits, after the stream was led to nowhere: Python flushes it once more."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    return OutputClosed(why=getattr(error, "strerror", None) or error)


def _refuse(error: KioskError, *, as_json: bool) -> int:
    """Say why, on standard error; with --json the object is on standard output as ever."""
    says = sentence(error, SENTENCE_LENGTH)
    with suppress(OSError, ValueError, OutputClosed):
        if as_json:
            _write_json({"error": type(error).__name__, "sentence": says})
            _flush(sys.stdout)
    with suppress(OSError, ValueError, OutputClosed):
        _write(sys.stderr, says)
        _flush(sys.stderr)
    return error.status


def _in_our_words(error: Exception) -> KioskError:
    """What the system or the database said outside of any place that expects it; of a fault in the
    program the place alone, because its words may quote anything."""
    if isinstance(error, OSError):
        return SurroundingsFail(why=error.strerror or error)
    from db.surroundings import DATABASE_ERRORS, trouble

    if isinstance(error, DATABASE_ERRORS):
        return trouble(error, Path())
    log.fault("a command", error)
    return ProgramFault(what=log.described(error))
