"""Whether tests notice a mutant: one process for each trial, forked from one that is ready for it.

Warm, all tests are collected once, and a trial puts the mutant's code in the place of the functions
that are there: a trial costs its tests alone. Cold, the module is imported as the mutant, and its
tests are collected after that: for what is done when a module is imported, and to ask once more about
each mutant that nobody noticed warm, because a test module may have called the function before.
"""

from __future__ import annotations

import gc
import os
import resource
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, NamedTuple

from tests.mutation import Mutant, code_of, install

ROOT = Path(__file__).parent.parent
ENDING = (signal.SIGINT, signal.SIGTERM)
"""Signals that end a run early, with what is known by then."""
CPU_SECONDS, WALL_SECONDS = 6, 20
"""Of one test, beside ten times what it took when it was measured: a loop without an end is noticed."""
MEMORY_BYTES = 4 << 30
ONCE = ("pytest", "hypothesis", "peewee", "playhouse.migrations", "orjson", "nacl.signing",
        "nacl.pwhash", "nacl.secret", "PIL.Image", "PIL.ImageFont", "qrcode", "zxingcpp",
        "shamir_mnemonic", "anyascii", "rapidfuzz", "reportlab.pdfgen.canvas")  # fmt: skip
"""What takes long to import and is no module of ours: imported before the first trial."""
NOTICED, SURVIVED, LATER = 1, 0, 2
"""What a trial's process ends with; LATER where the mutant can only be tried cold."""


class Trial(NamedTuple):
    """A mutant and what may notice it: tests in the order in which they run, and a file whose tests
    all run first where nobody has measured them yet."""

    mutant: Mutant
    tests: Sequence[str]
    mirror: str


def tried(
    trials: Sequence[Trial], seconds: Mapping[str, float], at_a_time: int
) -> Iterator[tuple[Mutant, str]]:
    """Each mutant, and whether it was "noticed", ran "out of time", "survived" or is "unreached"."""
    for name in ONCE:
        __import__(name)
    reached = [trial for trial in trials if trial.tests]
    yield from ((trial.mutant, "unreached") for trial in trials if not trial.tests)
    unchanged = [trial for trial in reached if trial.mutant.changes_nothing]
    warm = unchanged + [trial for trial in reached if not trial.mutant.at_import]
    cold = [trial for trial in reached if trial.mutant.at_import]
    for trial, outcome in _warm(warm, seconds, at_a_time):
        if outcome in ("survived", "later"):
            cold += [] if trial.mutant.changes_nothing else [trial]
        else:
            yield trial.mutant, outcome
    for trial, outcome in _each(cold, lambda one: _run_cold(one, seconds), at_a_time):
        yield trial.mutant, outcome


def _warm(
    trials: Sequence[Trial], seconds: Mapping[str, float], at_a_time: int
) -> Iterator[tuple[Trial, str]]:
    """Try all in a process that has collected their tests, and hear what came of each."""
    if not trials:
        return
    hearing, telling = os.pipe()
    process = os.fork()
    if not process:
        os.close(hearing)
        _silence()

        def all_of_them(session: Any) -> None:
            numbers = {id(trial): number for number, trial in enumerate(trials)}
            run = _Running(session, seconds)
            gc.freeze()
            for trial, outcome in _each(trials, run.swapped, at_a_time):
                os.write(telling, f"{numbers[id(trial)]} {outcome}\n".encode())

        _in_pytest(sorted(set().union(*map(_files, trials))), all_of_them)
        os._exit(0)
    os.close(telling)
    try:
        with os.fdopen(hearing, encoding="utf-8") as heard:
            for line in heard:
                number, _, outcome = line.strip().partition(" ")
                yield trials[int(number)], outcome
    finally:
        os.kill(process, signal.SIGTERM)
        os.waitpid(process, 0)


def _run_cold(trial: Trial, seconds: Mapping[str, float]) -> int:
    install(ROOT, trial.mutant)
    outcome = [NOTICED]  # what can't even be imported is noticed

    def run(session: Any) -> None:
        if not session.testsfailed:  # else a test module could not even be imported
            outcome[0] = _Running(session, seconds).run(trial)

    _in_pytest(sorted(_files(trial)), run)
    return outcome[0]


def _files(trial: Trial) -> set[str]:
    mirror = {trial.mirror} if (ROOT / trial.mirror).exists() else set()
    return mirror | {test.partition("::")[0] for test in trial.tests}


def _in_pytest(files: Sequence[str], loop: Callable[[Any], None]) -> None:
    """Collect the tests of `files` and hand the session to `loop`, which runs what it likes."""
    import pytest
    from hypothesis import HealthCheck, Phase, settings

    class Loop:
        @pytest.hookimpl(tryfirst=True)
        def pytest_runtestloop(self, session: Any) -> bool:
            loop(session)
            return True

        @pytest.hookimpl(tryfirst=True)
        def pytest_runtest_makereport(self, call: Any) -> None:
            """End a trial before pytest has drawn up what failed, which takes longer than the test."""
            if call.excinfo and not call.excinfo.errisinstance(pytest.skip.Exception):
                os._exit(NOTICED)

    settings.register_profile(
        "mutants", database=None, deadline=None, phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    os.chdir(ROOT)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    asked = ["-q", "-p", "no:cacheprovider", "-p", "_hypothesis_pytestplugin"]
    pytest.main([*files, *asked, "--hypothesis-profile=mutants"], plugins=[Loop()])


class _Running:
    """What a session has collected, to run some of it."""

    def __init__(self, session: Any, seconds: Mapping[str, float]) -> None:
        self._items = {item.nodeid: item for item in session.items}
        self._seconds = seconds
        self._codes: dict[str, dict[CodeType, list[FunctionType]]] = {}
        for function in gc.get_objects():
            if isinstance(function, FunctionType):
                of_file = self._codes.setdefault(function.__code__.co_filename, {})
                of_file.setdefault(function.__code__, []).append(function)

    def swapped(self, trial: Trial) -> int:
        """Put the mutant in the place of what it was, and run its tests."""
        if trial.mutant.changes_nothing:
            return self.run(trial)
        path = ROOT / trial.mutant.path
        before, after = code_of(path, None), code_of(path, trial.mutant)
        known = self._codes.get(str(path), {})
        pairs = list(_pairs(before, after))
        if not pairs:
            return LATER
        swapped = 0
        for old, new in pairs:
            for function in known.get(old, ()):
                if function.__code__.co_freevars != new.co_freevars:
                    return LATER
                function.__code__ = new
                swapped += 1
        return self.run(trial) if swapped else LATER

    def run(self, trial: Trial) -> int:
        """Run the tests of a trial until one of them fails."""
        from _pytest.runner import runtestprotocol

        unmeasured = [
            item for name, item in self._items.items()
            if name.startswith(f"{trial.mirror}::") and name not in self._seconds
        ]  # fmt: skip
        items = unmeasured + [self._items[test] for test in trial.tests if test in self._items]
        for item, after in zip(items, [*items[1:], None], strict=True):
            limit = 10 * self._seconds.get(item.nodeid, 1.0)
            signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS + limit)
            signal.alarm(WALL_SECONDS + int(limit))
            runtestprotocol(item, nextitem=after, log=False)  # ends the process where it fails
        return SURVIVED


def _pairs(before: CodeType, after: CodeType) -> Iterator[tuple[CodeType, CodeType]]:
    """The functions of a module that a change is in, as they were and as they are."""
    if before == after:
        return
    inner = [
        [one for one in code.co_consts if isinstance(one, CodeType)] for code in (before, after)
    ]
    if before.co_name != "<module>":
        yield before, after
    if [one.co_qualname for one in inner[0]] == [one.co_qualname for one in inner[1]]:
        for old, new in zip(*inner, strict=True):
            yield from _pairs(old, new)


def _each(
    trials: Sequence[Trial], run: Callable[[Trial], int], at_a_time: int
) -> Iterator[tuple[Trial, str]]:
    """Run each in a process of its own, so many beside each other, and tell how each ended."""
    running: dict[int, tuple[Trial, Path]] = {}
    waiting = list(reversed(trials))
    try:
        while waiting or running:
            while waiting and len(running) < at_a_time:
                trial = waiting.pop()
                folder = Path(tempfile.mkdtemp(prefix="mutant-"))
                running[_started(trial, run, folder)] = trial, folder
            process, status = os.wait()
            if process not in running:
                continue
            trial, folder = running.pop(process)
            shutil.rmtree(folder, ignore_errors=True)
            if os.WIFSIGNALED(status):
                yield trial, "out of time"
            else:
                names = {SURVIVED: "survived", LATER: "later"}
                yield trial, names.get(os.WEXITSTATUS(status), "noticed")
    finally:
        for process, (_trial, folder) in running.items():
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
            shutil.rmtree(folder, ignore_errors=True)


def _started(trial: Trial, run: Callable[[Trial], int], folder: Path) -> int:
    process = os.fork()
    if process:
        return process
    status = NOTICED
    try:
        _silence()
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        os.environ["PYTEST_DEBUG_TEMPROOT"] = os.environ["TMPDIR"] = str(folder)
        tempfile.tempdir = str(folder)
        status = run(trial)
    finally:
        os._exit(status)


def _silence() -> None:
    for number in (signal.SIGALRM, signal.SIGPROF, *ENDING):
        signal.signal(number, signal.SIG_DFL)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
