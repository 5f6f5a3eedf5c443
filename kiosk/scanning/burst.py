"""Tells the burst of a wedge scanner from a person's typing; a pure state machine.

A wedge scanner is a keyboard that types a code and Enter in a fraction of a second. Every key is
held back until it is clear whose it is: what a person typed is released in order, what a machine
typed comes out as one `Scan`, or as one `RefusedBurst` where it holds anything but text. Nothing
that a machine typed is ever released.

Whoever feeds this gives each key and paste together with the monotonic time, in seconds, at which
it was *read* from the terminal, not the time at which the app got round to it, and calls `tick`
when `deadline` has passed, behind all keys that were read before. What a scan means is left to
recognise.py; bytes that are no key are left to filter.py, which says `noise` in their place: noise
is always a machine's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf
from typing import Generic, TypeVar

from kiosk.scanning.gaps import MACHINE_GAP, ROLL_GAP, STALL_GAP, SWIFT_GAP, TEAR_GAP
from kiosk.scanning.keys import ENDERS, HARMLESS, Key, acts_once, is_text

HELD_GAP = 0.06
"""Seconds: a command key again within this is a held key's repeat (25 to 33 a second), no press."""

HELD_MEMORY = 1.0
"""Seconds: a held key begins to repeat within this (X11 waits 0.66): till then a press is doubted.

A doubted press of a command key waits HELD_GAP instead of MACHINE_GAP, for a repeat to expose it.
"""

COMMAND_GAP = HELD_GAP
"""Seconds: a letter that came closer than this behind another key was not meant as a command, nor was
what came so closely behind a letter."""

SCAN_LENGTH = 7
"""Characters from which a burst of text is a machine's without Enter: the shortest card has 7.

Nobody rolls seven different keys within MACHINE_GAP of each other.
"""

SWIFT_KEYS = 3
"""Characters, one SWIFT_GAP behind the other, from which a burst of text is a machine's."""

OWN_PREFIX = "Y02"
"""How slips and cards begin: three such keys in a burst are enough to know a machine."""

HELD_RUN = 5
"""Repeats of one letter after which it is a held key; slow scanners type `0000` at code starts."""

MAX_LENGTH = 512
"""Characters of a scan that are kept. The longest code of ours has 172."""

BEGINNING = 16
"""Characters of a refused burst that are told, for 'not one of ours'."""

K = TypeVar("K", bound=Key)

_PASTED_SCAN = re.compile(rf"[0-9A-Z]{{{SCAN_LENGTH},{MAX_LENGTH}}}")


@dataclass(frozen=True, slots=True)
class Typed(Generic[K]):
    """A key that a person typed: the very object that was fed.

    `crowded` keys stood so close to others that nobody meant one of them as a command: what takes
    text may take them, a menu may not. A scanner without Enter types no other keys than these, but
    for a code of one character.
    """

    key: K
    crowded: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Pasted:
    """A paste that a person made, as it was fed."""

    text: str


@dataclass(frozen=True, slots=True)
class Scan:
    """A complete code: 1 to MAX_LENGTH printable characters, without its Enter; `ender` names the
    key that ended it, empty for none, as of a paste."""

    text: str
    ender: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class RefusedBurst:
    """A machine typed something that is no code; at most BEGINNING printable characters of it."""

    beginning: str


Outcome = tuple[Typed[K] | Pasted | Scan | RefusedBurst, ...]
"""What has become clear, in the order in which it was typed; often nothing."""


@dataclass(slots=True)
class _Burst(Generic[K]):
    """Keys and pastes that chain: what is held back."""

    items: list[Typed[K] | Pasted] = field(default_factory=list)  # emptied once a machine's
    text: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    count: int = 0
    swift: int = 0  # keys that followed as closely as only a machine's do
    noises: int = 0  # things that are no key at all
    last: float = -inf
    machine: bool = False
    controls: bool = False  # holds anything but text
    pure: bool = True  # nothing but text, and Enter only before it
    doubted: bool = False  # a command key that may be a held key's first repeat
    close: bool = False  # began less than COMMAND_GAP behind a key, and one of the two was text

    def add(self, item: Typed[K] | Pasted, at: float) -> None:
        gap = at - self.last
        self.count += 1
        self.swift += STALL_GAP < gap < SWIFT_GAP
        self.last = at
        if isinstance(item, Typed) and is_text(item.key):
            self.names.add(item.key.name)
            if len(self.text) < MAX_LENGTH:
                self.text.append(item.key.character or "")
            else:
                self.pure = False
        else:
            ender = isinstance(item, Typed) and item.key.name in ENDERS
            self.names.add(item.key.name if isinstance(item, Typed) else "")
            self.controls = True
            # An Enter before the text is the suffix of a scan that was torn from it.
            self.pure = self.pure and ender and not self.text
        self.machine = self.machine or self._betrays_a_machine(gap)
        if self.machine:
            self.items.clear()
        else:
            self.items.append(item)

    def disturb(self, at: float) -> None:
        """Noise: whatever is in this burst, no person typed it."""
        self.noises += 1
        self.count += 1
        self.last = at
        self.machine = True
        self.pure = False
        self.items.clear()

    def _betrays_a_machine(self, gap: float) -> bool:
        same = len(self.names) == 1
        if self.count > MAX_LENGTH:
            return True
        if self.controls:
            if same and self.names <= HARMLESS:
                return False
            return self.ends_a_machine(self.count - 1, gap)
        if "".join(self.text[:3]).upper() == OWN_PREFIX or self.swift >= SWIFT_KEYS - 1:
            return True
        return self.count >= SCAN_LENGTH and not same

    @staticmethod
    def ends_a_machine(count: int, gap: float) -> bool:
        """Whether a key that is no text, `gap` after `count` others, is a machine's.

        Two keys may be rolled by a person ('m' and Enter); three with Enter among them are not.
        """
        return count >= 2 or (count == 1 and gap < ROLL_GAP)

    def released(self) -> Iterator[Typed[K] | Pasted]:
        """What waited in it, as a person's."""
        crowded = self.close or (self.count > 1 and bool(self.text))
        for item in self.items:
            yield Typed(item.key, crowded) if isinstance(item, Typed) else item

    def tolerance(self) -> float:
        """Seconds within which the next key belongs to this burst."""
        return TEAR_GAP if self.machine else MACHINE_GAP

    def patience(self) -> float:
        """Seconds after its last key at which this burst is over."""
        return HELD_GAP if self.doubted and not self.machine else self.tolerance()


class BurstCapture(Generic[K]):
    """Feed it every key and paste; it says what a person typed and what a scanner scanned.

    Times are monotonic seconds; a key read before an earlier one counts as read with it.
    """

    def __init__(self) -> None:
        self._burst: _Burst[K] = _Burst()
        self._read_at = -inf  # not moved by ticks: keys read before one may come behind it
        self._hot = -inf  # when a machine's burst ended: what follows at its speed is its own
        self._behind_text = False  # whether the last key was text
        self._previous = ""  # the last key's name, while it can be a held key
        self._previous_at = -inf
        self._run = 0  # the same key at a held key's speed
        self._repeating = False

    @property
    def deadline(self) -> float | None:
        """When `tick` wants to be called; None while nothing is held back."""
        if self._burst.count == 0:
            return None
        return self._burst.last + self._burst.patience()

    def tick(self, now: float) -> Outcome[K]:
        """What has become clear because nothing more came until `now`."""
        deadline = self.deadline
        if deadline is None or now < deadline:
            return ()
        return self._end()

    def key(self, key: K, at: float) -> Outcome[K]:
        """What has become clear with `key`, read at `at`."""
        before, at = self._read_at, max(at, self._read_at)
        self._read_at = at
        outcome = self.tick(at)
        if self._is_held(key, at):
            self._swallow_repeat(key, at)
            return outcome
        outcome += self._end_unless_chained(at)
        burst = self._burst
        if key.name in ENDERS:
            if burst.count == 0 and at - self._hot < MACHINE_GAP:
                self._hot = at  # CR and LF: the second half of a suffix
                return outcome
            if burst.machine or burst.ends_a_machine(burst.count, at - burst.last):
                self._hot = at
                return outcome + self._end(ender=key.name)
        outcome += self._release_repeats(key, at)
        if self._burst.count == 0:
            close_to_text = self._behind_text or is_text(key)
            self._burst.close = close_to_text and at - before < COMMAND_GAP
        self._add(Typed(key), at)
        self._behind_text = is_text(key)
        self._previous, self._previous_at, self._repeating = key.name, at, False
        return outcome

    def paste(self, text: str, at: float) -> Outcome[K]:
        """What has become clear with a paste, read at `at`.

        Some terminals and phones deliver a scan as a paste: one line of [0-9A-Z], at least
        SCAN_LENGTH long. Any other paste is a person's, unless it stands in a machine's burst.
        """
        at = self._read_at = max(at, self._read_at)
        outcome = self.tick(at)
        outcome += self._end_unless_chained(at)
        self._forget_previous()
        line = text.strip()
        if self._burst.count == 0 and _PASTED_SCAN.fullmatch(line):
            self._hot = at
            return (*outcome, Scan(line))
        self._add(Pasted(text), at)
        return outcome

    def noise(self, at: float) -> Outcome[K]:
        """What has become clear with something that is no key, read at `at`.

        Nothing of the burst in which it stands is released. Noise alone says nothing: it may be a
        key that the table does not know, or a word of the terminal's own.
        """
        at = self._read_at = max(at, self._read_at)
        outcome = self.tick(at)
        outcome += self._end_unless_chained(at)
        self._forget_previous()
        self._burst.disturb(at)
        return outcome

    def _add(self, item: Typed[K] | Pasted, at: float) -> None:
        burst = self._burst
        if burst.count == 0:
            burst.machine = at - self._hot < MACHINE_GAP
            burst.doubted = (
                isinstance(item, Typed)
                and acts_once(item.key)
                and item.key.name == self._previous
                and at - self._previous_at < HELD_MEMORY
            )
        burst.add(item, at)

    def _end_unless_chained(self, at: float) -> Outcome[K]:
        """Ends a doubted command key early: another key shows that it is not held."""
        burst = self._burst
        if burst.count == 0 or at - burst.last < burst.tolerance():
            return ()
        return self._end()

    def _end(self, ender: str = "") -> Outcome[K]:
        burst, self._burst = self._burst, _Burst()
        if not (burst.machine or ender):
            return tuple(burst.released())
        self._forget_previous()
        if burst.noises == burst.count:
            return ()
        text = "".join(burst.text)
        if burst.pure and text:
            return (Scan(text, ender),)
        return (RefusedBurst(text[:BEGINNING]),)

    # Held keys

    def _is_held(self, key: K, at: float) -> bool:
        """Whether `key` is a command key that is held down, and must act once only."""
        if self._burst.machine or key.name != self._previous or not acts_once(key):
            return False
        gap = at - self._previous_at
        return gap < HELD_GAP and (self._repeating or gap >= ROLL_GAP)

    def _swallow_repeat(self, key: K, at: float) -> None:
        self._repeating = True
        self._previous_at = at
        burst = self._burst
        if burst.items and not burst.doubted:
            # The press itself still waits: its repeats count, in case a machine is at work.
            burst.count += 1
            burst.last = at
        else:
            # Nothing is left to release, yet what follows at a machine's speed belongs to this.
            self._burst = _Burst()
            self._burst.add(Typed(key), at)
            self._burst.items.clear()

    def _release_repeats(self, key: K, at: float) -> Outcome[K]:
        """All that waits, where `key` shows that it is a key held down; it repeats on its own."""
        gap = at - self._previous_at
        again = key.name == self._previous and ROLL_GAP <= gap < MACHINE_GAP
        self._run = self._run + 1 if again else 1
        held = self._run >= (HELD_RUN if is_text(key) else 2)
        burst = self._burst
        if not held or burst.machine or burst.names != {key.name}:
            return ()
        return self._end()

    def _forget_previous(self) -> None:
        self._previous, self._previous_at, self._repeating, self._run = "", -inf, False, 0
