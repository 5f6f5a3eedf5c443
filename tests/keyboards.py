"""A US scanner into every keyboard layout: what comes back, as a table.

`python -m tests.keyboards` prints, for each layout with and without Caps Lock, what becomes of a slip,
a goods card, an action card and a bar code, each before and after the calibration card was scanned:
`exact`, or `refused`; `MISREAD` must never stand there. `--slips N` reads so many random
signed slips through each, and counts those that do not come back (10,000 are the long form).
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

from kiosk import calibration
from kiosk.scanning.cards import Action, action_card, goods_card
from kiosk.slips.keyboard import repair
from kiosk.slips.keyboard_layouts import KEYS, LAYOUTS
from kiosk.slips.payload import Header, slip_of, text_of
from kiosk.slips.signing import MarketKey
from kiosk.till import Till
from kiosk.verdicts import Verdict
from tests.db.table import Clock
from tests.kiosk.tills import found, handed_out

HOSTS = {
    f"{name}{caps}": row
    for name, rows in LAYOUTS.items()
    for caps, row in zip(("", " + Caps Lock"), rows, strict=True)
}
KEY = MarketKey(bytes(range(32)))
CODES = ("slip", "goods card", "action card", "bar code")
EXACT, REFUSED, MISREAD = "exact", "refused", "MISREAD"


def typed(text: str, host: str) -> str:
    """What `host` reads when a US scanner types `text`."""
    return text.translate(str.maketrans(KEYS, HOSTS[host]))


class Bench:
    """A market with one slip, and what each code should be read as."""

    def __init__(self, till: Till) -> None:
        self.till = till
        honey = next(good for good in till.goods() if good.id == "honey")
        self.texts = {
            "slip": handed_out(till).text,
            "goods card": goods_card(honey.number),
            "action card": action_card(Action.FINISH),
            "bar code": honey.barcodes[0],
        }
        self._right = {code: self._read(text) for code, text in self.texts.items()}

    def outcome(self, code: str, host: str) -> str:
        """What comes of one code through one host."""
        read = self._read(typed(self.texts[code], host))
        if read == self._right[code]:
            return EXACT
        return REFUSED if read == ("unknown", None) else MISREAD

    def calibrate(self, host: str) -> str:
        """Scan the card through a host; gives what was refused, or nothing."""
        settings = self.till.settings()
        try:
            learned = calibration.learn(typed(calibration.CARD, host), "enter")
        except calibration.KeysAlike as error:
            return str(error)
        self.till.change_settings(replace(settings, **calibration.as_settings(learned.scanner)))
        return ""

    def forget(self) -> None:
        """As if no card had been scanned."""
        nothing = calibration.as_settings(calibration.Scanner())
        self.till.change_settings(replace(self.till.settings(), **nothing))

    def _read(self, text: str) -> tuple[object, object]:
        what = self.till.scan(text)
        if isinstance(what, Verdict):
            return what.word, what.reference
        return type(what), what


def bench(folder: Path) -> Bench:
    """A market of its own."""
    return Bench(found(folder, Clock()))


def random_slips(count: int, seed: int = 26) -> list[str]:
    """Texts of slips that are signed."""
    chance = random.Random(seed)
    return [
        text_of(
            KEY.sign_slip(
                Header(False, KEY.public.key_id, chance.randbytes(8), 900, date(2026, 11, 28), None)
            )
        )
        for _number in range(count)
    ]


def not_exact(host: str, texts: Iterable[str]) -> int:
    """How many of these slips, read by `host`, do not come back, because they were not found or
    because there was a second reading."""
    return sum(repair(typed(text, host), is_ours) != text for text in texts)


def is_ours(text: str) -> bool:
    """Whether a text is a slip with our signature."""
    slip = slip_of(text)
    return slip is not None and KEY.public.verify_slip(slip)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--slips", type=int, default=100)
    chosen = parser.parse_args()
    misread = lost = 0
    slips = random_slips(chosen.slips)
    print(f"{'layout':28}" + "".join(f"{code:>19}" for code in CODES) + f"{'slips not exact':>17}")
    with tempfile.TemporaryDirectory() as folder:
        at = bench(Path(folder) / "market")
        for host in HOSTS:
            at.forget()
            before = [at.outcome(code, host) for code in CODES]
            refused = at.calibrate(host)
            after = [at.outcome(code, host) for code in CODES]
            others = not_exact(host, slips)
            misread += (before + after).count(MISREAD)
            lost += others
            cells = [f"{one} / {two}" for one, two in zip(before, after, strict=True)]
            print(f"{host:28}" + "".join(f"{cell:>19}" for cell in cells) + f"{others:>17}")
            if refused:
                print(f"    {refused}")
        at.till.close()
    print(
        f"{len(HOSTS)} hosts: {misread} misread; {lost} of {len(HOSTS) * chosen.slips} slips not exact"
    )
    return 1 if misread else 0


if __name__ == "__main__":
    sys.exit(main())
