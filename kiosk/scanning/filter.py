"""The input filter: which bytes from the terminal may become keys, pointer events and pastes at all.

It sits between the read of the terminal and Textual's parser (kiosk/running/driver.py feeds it), sees
every read with its time, and is a pure state machine. Behind it burst.py looks at the keys. The two
share no rule: *what a sequence of bytes may be* is decided here, *who typed a key* is decided there.
What must not become an event comes out as `Noise`, at the place where it stood; burst.py takes noise
for a sure sign of a machine, so that no key around it acts either.

What the filter assumes:

- A terminal writes the sequence of a key, a pointer event and the marks around a paste in one piece,
  and so they are read, unless a flood filled the read before. A scanner types them byte by byte.
  A sequence that comes in pieces is therefore nobody's key. Escape alone waits KEY_GAP to be sure.
- Nothing was asked of the terminal but the pointer, pastes in brackets, and once whether it paints
  in one go. So kitty keys, reports of focus, cursor and size, and all other sequences are noise
  however they come; a window's new size comes as a signal.
- A pointer is moved before it is pressed. A press counts only where the pointer has been seen for
  KEY_GAP: whoever types a click has to type the way there first. On a touch screen, or a terminal
  that does not report movement, the first tap shows the place and the second one presses.
- A paste starts after a pause, has an end, and holds no escape.

What it can't know: one key alone is a key, whoever pressed it, and a scanner that sends no Enter
after its codes may be made to press one. Scanner set-up says so. Two keys and more are no commands
(`Typed.crowded` in burst.py), and six of them at most become letters in a line that takes text.
"""

from __future__ import annotations

import re
from codecs import getincrementaldecoder
from collections.abc import Collection
from math import inf
from typing import NamedTuple

from kiosk.scanning.gaps import MACHINE_GAP, TEAR_GAP
from kiosk.scanning.keys import ZERO_WIDTH_NON_JOINER

KEY_GAP = MACHINE_GAP
"""Seconds of silence that make an Escape a key and a place the pointer's."""

PASTE_GAP = TEAR_GAP
"""Seconds that a paste may pause; a paste that does longer has no end and is dropped."""

PASTE_SECONDS = 5.0
"""Seconds that a paste may take in all: nobody's keys are swallowed for longer."""

PASTE_LENGTH = 65_536
"""Characters of a paste that are kept; a longer one is dropped as a whole."""

FULL_READ = 1_024
"""Bytes from which a read may have cut a sequence in two: a kernel or a network passes on no less."""

LATE_READ = 12
"""Bytes from which a read was late: more than any key has, and less than a code."""

SEQUENCE_LENGTH = 32
"""Characters of the longest sequence that any terminal sends for one event."""

CHAIN_LENGTH = 600
"""Characters without an Enter or a pause after which nothing more is passed on; the longest code of
ours has 172, and burst.py keeps 512."""

FLOOD_LENGTH = 20_000
"""Characters without a pause after which nothing more is passed on: 140 slips, and no finger."""

# Nothing at the table needs them, and elsewhere they leave, suspend or kill a program.
_NEVER = frozenset("\x00\x03\x10\x11\x13\x1a\x1c")
_ENDERS = frozenset("\r\n\t")
_UNREADABLE = "\ufffd"

_ESCAPE = "\x1b"
_PASTE_START, _PASTE_END = "\x1b[200~", "\x1b[201~"
_TOKEN = re.compile(
    r"(?P<open>\x1b(?:\[\[?|\[[0-?]*[ -/]*|O)?\Z)"  # the read ends before the sequence does
    r"|\x1b(?:\[\[[A-E]|\[[0-?]*[ -/]*[@-~]|O[ -~]|[^\x1b\[O\r\n\t])"
    r"|.",
    re.DOTALL,
)
_POINTER = re.compile(r"\x1b\[<(?P<kind>\d{1,3});(?P<x>\d{1,5});(?P<y>\d{1,5})(?P<end>[Mm])")
_POINTER_ALONE = re.compile(r"(?:\x1b\[<\d{1,3};\d{1,5};\d{1,5}[Mm])+(?P<cut>\x1b[\[<\d;]*)?")
_PAINTS_AT_ONCE = re.compile(r"\x1b\[\?2026;[0-4]\$y")
_MOVED, _WHEEL = 32, 64


class Passed(NamedTuple):
    """A character, or the whole sequence of a key, a pointer event or a reply: for the parser."""

    text: str
    at: float


class PassedPaste(NamedTuple):
    """A whole paste, without its marks and without controls other than line ends and tabs."""

    text: str
    at: float


class Noise(NamedTuple):
    """Something was read here that is no key: a sequence, broken text, or too much of anything."""

    at: float


Passing = Passed | PassedPaste | Noise


class _Pointer:
    """Where the pointer is known to be, and which of its events count."""

    def __init__(self) -> None:
        self._place: tuple[str, str] | None = None
        self._since = -inf
        self._pressed = False

    def counts(self, kind: int, place: tuple[str, str], released: bool, at: float) -> bool:
        """Whether an event may pass: a movement, a press or a turn of the wheel where the pointer
        has been for KEY_GAP, and the release of a press that passed."""
        rested = place == self._place and at - self._since >= KEY_GAP
        if place != self._place:
            self._place, self._since = place, at
        if kind & _MOVED and not kind & _WHEEL:
            return True
        if released:
            rested, self._pressed = self._pressed, False
        elif not kind & _WHEEL:
            self._pressed = rested
        return rested


class InputFilter:
    """Feed it every read with its time; it says what may pass, in order.

    `keys` are the sequences of the terminal's keys, each beginning with Escape. Times are monotonic
    seconds. `tick` is to be called when `deadline` has passed.
    """

    def __init__(self, keys: Collection[str]) -> None:
        self._keys = frozenset(keys)
        self._decoder = getincrementaldecoder("utf-8")("replace")
        self._pointer = _Pointer()
        self._open = ""  # the beginning of a sequence
        self._torn = False  # that sequence is nobody's key
        self._lonely = False  # that sequence may be Escape
        self._paste: str | None = None  # what was pasted so far
        self._paste_began = -inf
        self._paste_too_long = False
        self._last = -inf  # when something was read
        self._typed_at = -inf  # when anything but the pointer was read
        self._was_full = False
        self._chain = 0  # characters since an Enter or a pause
        self._flood = 0  # characters and sequences since a pause
        self._asked = False
        self._out: list[Passing] = []

    def expect_reply(self) -> None:
        """The terminal is asked whether it paints in one go: its answer may pass, once."""
        self._asked = True

    @property
    def deadline(self) -> float | None:
        """When `tick` wants to be called; None while nothing is held back."""
        if self._paste is not None:
            return min(self._last + PASTE_GAP, self._paste_began + PASTE_SECONDS)
        if self._open or self._decoder.getstate()[0]:
            return self._last + KEY_GAP
        return None

    def tick(self, now: float) -> list[Passing]:
        """What has become clear because nothing more was read until `now`."""
        deadline = self.deadline
        if deadline is None or now < deadline:
            return []
        if self._lonely and not self._torn:
            self._pass(_ESCAPE, self._last)
        else:
            self._noise(self._last)
        self._open, self._torn, self._lonely, self._paste = "", False, False, None
        self._decoder.reset()
        return self._taken()

    def read(self, data: bytes, at: float) -> list[Passing]:
        """What may pass of `data`, the bytes of one read at the time `at`."""
        at = max(at, self._last)
        before = self.tick(at)
        late = len(data) >= LATE_READ and not data.startswith((b"\x1b[200~", b"\x1b[<"))
        if late and at - self._last < TEAR_GAP:
            at = self._last  # so much was typed before it was read, and began right after the last
        pause = at - self._last
        if pause >= MACHINE_GAP:
            self._chain = 0
        if pause >= TEAR_GAP:
            self._flood = 0
        self._last = at
        self._torn = self._torn or (self._open != "" and not self._was_full)
        self._was_full = len(data) >= FULL_READ
        text = self._decoder.decode(data)
        if self._paste is not None:
            text = self._take_pasted(text, at)
        self._take(text, at)
        return before + self._taken()

    # What was read

    def _take(self, text: str, at: float) -> None:
        text, self._open, self._lonely = self._open + text, "", False
        quiet = at - self._typed_at >= MACHINE_GAP
        match = _POINTER_ALONE.fullmatch(text)
        pointer = match is not None and not self._torn and (self._was_full or not match["cut"])
        if not pointer:
            self._typed_at = at
        place = 0
        while (token := _TOKEN.match(text, place)) is not None:
            place = token.end()
            what = token[0]
            self._flood += 1
            if token["open"] is not None:
                self._hold(what, at, alone=quiet and what == text)
            elif self._torn or self._flood > FLOOD_LENGTH:
                self._torn = False
                self._noise(at)
            elif what == _PASTE_START and quiet and token.start() == 0:
                self._paste, self._paste_began, self._paste_too_long = "", at, False
                text, place = self._take_pasted(text[place:], at), 0
                quiet = False
            elif what[0] != _ESCAPE:
                self._take_character(what, at)
            elif pointer:
                self._take_pointer(what, at, quiet)
            else:
                self._take_sequence(what, at)

    def _hold(self, beginning: str, at: float, alone: bool) -> None:
        """The read ends within a sequence: only Escape alone can still become a key, and a
        sequence that a full read cut in two."""
        self._lonely = alone and beginning == _ESCAPE
        self._torn = self._torn or not (self._lonely or self._was_full)
        self._open = beginning if len(beginning) <= SEQUENCE_LENGTH else _ESCAPE
        if self._torn:
            self._noise(at)

    def _take_character(self, character: str, at: float) -> None:
        self._chain = 0 if character in _ENDERS else self._chain + 1
        control = character < " " or character == "\x7f"
        shown = character.isprintable() or character == ZERO_WIDTH_NON_JOINER
        readable = control or (shown and character != _UNREADABLE)
        if readable and character not in _NEVER and self._chain <= CHAIN_LENGTH:
            self._pass(character, at)
        else:
            self._noise(at)

    def _take_pointer(self, sequence: str, at: float, quiet: bool) -> None:
        """Pointer events in a read of their own: within a scan they are dropped, and the scan
        stays whole."""
        event = _POINTER.fullmatch(sequence)
        assert event is not None
        released = event["end"] == "m"
        counts = self._pointer.counts(int(event["kind"]), (event["x"], event["y"]), released, at)
        if counts and quiet:
            self._pass(sequence, at)

    def _take_sequence(self, sequence: str, at: float) -> None:
        if sequence in self._keys:
            self._pass(sequence, at)
        elif self._asked and _PAINTS_AT_ONCE.fullmatch(sequence):
            self._asked = False
            self._pass(sequence, at)
        else:
            self._noise(at)

    def _take_pasted(self, text: str, at: float) -> str:
        """Add to the paste; gives what was read behind its end, if it has come."""
        self._typed_at = at
        pasted = (self._paste or "") + text
        escape = pasted.find(_ESCAPE)
        if escape < 0 or _PASTE_END.startswith(pasted[escape:]):
            whole = pasted[escape:] == _PASTE_END
            if not whole:
                if len(pasted) > PASTE_LENGTH:
                    self._paste_too_long = True
                    pasted = pasted[escape:] if escape >= 0 else ""
                self._paste = pasted
                return ""
        self._paste = None
        ends = pasted.startswith(_PASTE_END, escape)
        if ends and not self._paste_too_long and escape <= PASTE_LENGTH:
            self._out.append(PassedPaste(_without_controls(pasted[:escape]), at))
        else:
            self._noise(at)
        return pasted[escape + len(_PASTE_END) :] if ends else pasted[escape:]

    # What comes of it

    def _pass(self, text: str, at: float) -> None:
        self._out.append(Passed(text, at))

    def _noise(self, at: float) -> None:
        noise = Noise(at)
        if not self._out or self._out[-1] != noise:
            self._out.append(noise)

    def _taken(self) -> list[Passing]:
        out, self._out = self._out, []
        return out


def _without_controls(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable() or sign in "\r\n\t")
