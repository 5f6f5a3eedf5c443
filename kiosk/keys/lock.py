"""Which of the table's doings are a steward's, and whether one is there.

With a passphrase on the market's key, whatever is marked `stewards_only` is done only within a few
minutes of the last steward's doing or of the passphrase that was typed; what neighbours come to the
table for never asks. Without a passphrase there is no lock. The lock is a till's: asking for the
passphrase is left to the screens and the command line, checking it to kiosk/slips/keyfile.py.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from db.errors import N_, PassphraseNeeded, Refused

if TYPE_CHECKING:
    from kiosk.keys.holder import KeyHolder

GRACE_SECONDS = 300
"""How long the lock stays open after a steward did something."""

FREE_TRIES = 3
"""Wrong passphrases in a row before the next one has to wait."""
FIRST_WAIT, LONGEST_WAIT = 5, 300
"""Seconds; each further wrong one doubles the wait."""

P = ParamSpec("P")
H = TypeVar("H", bound="KeyHolder")
T = TypeVar("T")


class StewardNeeded(PassphraseNeeded):
    sentence = N_(
        "That is for a steward. Give the passphrase of the market's key, or name its file in "
        "KIOSK_PASSPHRASE_FILE."
    )


class TooManyPassphrases(Refused):
    sentence = N_("{tries} wrong passphrases in a row. Wait {seconds} s, then try again.")


def since_start() -> float:
    """Seconds that nobody can set back, and that go on while a laptop sleeps."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class StewardLock:
    """The lock of one till; `guards` says whether there is a passphrase to open it with."""

    def __init__(self, guards: bool, now: Callable[[], float] = since_start) -> None:
        self.guards = guards
        self.asks: Callable[[], str] | None = None
        """Gives the passphrase where a steward is needed; None: whoever called asks and tries again."""
        self._now = now
        self._open_until = 0.0
        self._wrong = 0
        self._wait_until = 0.0

    @property
    def closed(self) -> bool:
        """Whether the next steward's doing wants the passphrase."""
        return self.guards and self.seconds_left() <= 0

    def seconds_left(self) -> float:
        """For how long it stays open if nothing is done; 0 or less while it is closed."""
        return self._open_until - self._now()

    def require(self) -> None:
        """A steward does something: the lock stays open for a while longer. Raises StewardNeeded."""
        if self.closed:
            raise StewardNeeded()
        self.admit()

    def admit(self) -> None:
        """The passphrase was right, or a steward is at work."""
        self._open_until = self._now() + GRACE_SECONDS

    def lock(self) -> None:
        """Close it at once."""
        self._open_until = 0.0

    # Tries

    def may_try(self) -> None:
        """Raises TooManyPassphrases while another try has to wait."""
        wait = self._wait_until - self._now()
        if wait > 0:
            raise TooManyPassphrases(tries=self._wrong, seconds=int(wait) + 1)

    def tried(self, right: bool) -> int:
        """A passphrase was tried; gives how many were wrong in a row."""
        if right:
            self._wrong = 0
            return 0
        self._wrong += 1
        if self._wrong >= FREE_TRIES:
            wait = min(LONGEST_WAIT, FIRST_WAIT << min(self._wrong - FREE_TRIES, 10))
            self._wait_until = self._now() + wait
        return self._wrong


def stewards_only(
    method: Callable[Concatenate[H, P], T],
) -> Callable[Concatenate[H, P], T]:
    """Mark what a steward alone may do; it raises StewardNeeded before it does anything."""

    @wraps(method)
    def guarded(till: H, /, *arguments: P.args, **options: P.kwargs) -> T:
        till.require_steward()
        return method(till, *arguments, **options)

    return guarded
