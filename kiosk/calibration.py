"""What one scan of the calibration card tells of a scanner, and what is done about it ever after.

The card holds every key that a scan of ours presses, once and in order. A scanner presses the keys of
a US keyboard, and may add something before and behind; the computer reads them by its own layout and
Caps Lock. What it reads for the 36 keys is kept in the settings of the machine, so that even a layout
that nobody wrote down is undone exactly. Without a calibration slips are still read through the
layouts that are known (kiosk/slips/keyboard.py), and what can't be told for sure is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from db.errors import N_, Refused
from kiosk.messages import _
from kiosk.slips.keyboard_layouts import KEYS, LAYOUTS
from kiosk.text import safe

PREFIX = "Y02C"
CARD = PREFIX + KEYS
"""The text of the calibration card: 40 characters, known in advance, so that it needs no check."""

MOST_AROUND = 8
"""Characters that a scanner may add before a code, and behind it."""

_FEWEST_READ = 20
"""Characters of a scan that may be the card with some keys lost."""


class NotTheCard(Refused):
    sentence = N_("This was not the calibration card, or not all of it. Scan the card once more.")


class KeysAlike(Refused):
    sentence = N_(
        "This computer reads several keys of the scanner as the same: {keys}. No slip with these can "
        "be told apart. Choose another keyboard layout for the computer, best the US one, and scan "
        "the card again."
    )


class KeysLost(Refused):
    sentence = N_(
        "Only {number} of the card's {all} characters arrived: some keys of this computer's layout "
        "type nothing by themselves. Choose another keyboard layout for the computer, best the US "
        "one, and scan the card again."
    )


@dataclass(frozen=True, slots=True)
class Scanner:
    """What this computer reads: `row` for the 36 KEYS in their order (empty: what the scanner
    means), `before` and `behind` around each code."""

    row: str = ""
    before: str = ""
    behind: str = ""

    @property
    def is_set(self) -> bool:
        """Whether there is anything to undo."""
        return bool(self.row or self.before or self.behind)

    def meant(self, typed: str) -> str | None:
        """The text that the scanner meant; None for what it can't have typed."""
        text = self._without_frame(typed)
        if text is None or not self.row:
            return text
        keys = dict(zip(self.row, KEYS, strict=True))
        if not set(text) <= keys.keys():
            return None
        return "".join(map(keys.__getitem__, text))

    def _without_frame(self, typed: str) -> str | None:
        """Scanners that name the kind of code in front begin alike and differ behind (`]Q1`, `]E0`),
        so only the first character before a code is looked at."""
        if len(typed) < len(self.before) + len(self.behind):
            return None
        if self.before and typed[0] != self.before[0]:
            return None
        if not typed.endswith(self.behind):
            return None
        return typed[len(self.before) : len(typed) - len(self.behind)]


@dataclass(frozen=True, slots=True)
class Learned:
    """What a scan of the card told. `layout` is one of LAYOUTS, or empty where none reads like it;
    `ender` the name of the key that ended the scan, empty for none, None where nobody saw."""

    scanner: Scanner
    layout: str
    caps_lock: bool
    ender: str | None


def learn(typed: str, ender: str | None = None) -> Learned:
    """What a scan of the card, read as `typed`, says of scanner and computer.

    Raises NotTheCard, KeysAlike, KeysLost.
    """
    for start in range(min(MOST_AROUND, len(typed)) + 1):
        read, behind = typed[start : start + len(CARD)], typed[start + len(CARD) :]
        if len(read) < len(CARD) or len(behind) > MOST_AROUND or not _consistent(read):
            continue
        row = read[len(PREFIX) :]
        if len(set(row)) < len(KEYS):
            raise KeysAlike(keys=_alike(row))
        layout, caps_lock = _named(row)
        scanner = Scanner("" if row == KEYS else row, typed[:start], behind)
        return Learned(scanner, layout, caps_lock, ender)
    if _FEWEST_READ <= len(typed) < len(CARD):
        raise KeysLost(number=len(typed), all=len(CARD))
    raise NotTheCard()


def as_settings(scanner: Scanner) -> dict[str, Any]:
    """What a calibration changes in the settings of this machine."""
    return {
        "scanner_row": scanner.row,
        "scanner_before": scanner.before,
        "scanner_behind": scanner.behind,
    }


def findings(learned: Learned) -> list[str]:
    """What was learned, in sentences for the person who scanned; safe text."""
    scanner = learned.scanner
    said = []
    if learned.layout == "us" and not learned.caps_lock:
        said.append(_("Scanner and computer agree on the keys."))
    elif learned.layout:
        said.append(
            _("This computer reads the scanner by the keyboard layout “{layout}”; that is undone.")
            .format(layout=learned.layout)
        )  # fmt: skip
    else:
        said.append(_("This computer's keyboard layout is a rare one; it was learned, key by key."))
    if learned.caps_lock:
        said.append(
            _("Caps Lock is on. That is undone too, but better turn it off and scan again.")
        )
    if learned.ender == "tab":
        said.append(_("The scanner ends a code with Tab. That works as well as Enter."))
    elif learned.ender == "":
        said.append(
            _("The scanner sends no Enter. Codes are still taken, a moment later; set it to send Enter "
              "(its manual says “suffix CR”), for then a hostile code can't press a single key.")
        )  # fmt: skip
    elif learned.ender is not None:
        said.append(_("The scanner ends a code with Enter, as it should."))
    if scanner.before or scanner.behind:
        said.append(
            _(
                "It adds “{before}” before a code and “{behind}” behind it; both are left out."
            ).format(before=safe(scanner.before), behind=safe(scanner.behind))
        )
    return said


def _consistent(read: str) -> bool:
    """Whether the four keys that the card presses twice were read alike both times."""
    row = read[len(PREFIX) :]
    return all(row[KEYS.index(key)] == sign for key, sign in zip(PREFIX, read, strict=False))


def _named(row: str) -> tuple[str, bool]:
    for name, (plain, caps) in LAYOUTS.items():
        if row in (plain, caps):
            return name, row != plain
    return "", False


def _alike(row: str) -> str:
    groups = (
        "".join(key for key, read in zip(KEYS, row, strict=True) if read == one) for one in row
    )
    return ", ".join(dict.fromkeys(group for group in groups if len(group) > 1))
