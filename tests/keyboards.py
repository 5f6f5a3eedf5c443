"""A US scanner into every keyboard layout: what comes back, as a table.

`python -m tests.keyboards` prints, for each layout with and without Caps Lock, what becomes of a slip,
a goods card, an action card and a bar code, each before and after the calibration card was scanned:
`exact`, or `refused`; `MISREAD` must never stand there. `--slips N` tries so many random slips
a layout for a second reading (10,000 are the long form).
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from kiosk import calibration
from kiosk.crockford import ALPHABET
from kiosk.scanning.cards import Action, action_card, goods_card
from kiosk.slips.keyboard import repairs
from kiosk.slips.keyboard_layouts import KEYS, LAYOUTS
from kiosk.slips.payload import PREFIX, slip_of
from kiosk.till import Till
from kiosk.verdicts import Verdict
from tests.db.table import Clock
from tests.kiosk.tills import found, handed_out

HOSTS = {
    f"{name}{caps}": row
    for name, rows in LAYOUTS.items()
    for caps, row in zip(("", " + Caps Lock"), rows, strict=True)
}
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


def random_slips(count: int, seed: int = 26) -> Iterator[str]:
    """Texts in the form of a slip."""
    chance = random.Random(seed)
    while count:
        text = PREFIX + "".join(chance.choices(ALPHABET, k=135))
        if slip_of(text) is not None:
            count -= 1
            yield text


def second_readings(host: str, texts: Iterator[str]) -> int:
    """How many of these slips, read by `host`, look like another slip too, whatever its signature."""
    table = str.maketrans(KEYS, HOSTS[host])
    return sum(
        1
        for text in texts
        if any(one != text and slip_of(one) is not None for one in repairs(text.translate(table)))
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--slips", type=int, default=100)
    chosen = parser.parse_args()
    misread = ambiguous = 0
    print(f"{'layout':28}" + "".join(f"{code:>19}" for code in CODES) + f"{'second readings':>17}")
    with tempfile.TemporaryDirectory() as folder:
        at = bench(Path(folder) / "market")
        for host in HOSTS:
            at.forget()
            before = [at.outcome(code, host) for code in CODES]
            refused = at.calibrate(host)
            after = [at.outcome(code, host) for code in CODES]
            others = second_readings(host, random_slips(chosen.slips))
            misread += (before + after).count(MISREAD)
            ambiguous += others
            cells = [f"{one} / {two}" for one, two in zip(before, after, strict=True)]
            print(f"{host:28}" + "".join(f"{cell:>19}" for cell in cells) + f"{others:>17}")
            if refused:
                print(f"    {refused}")
        at.till.close()
    print(
        f"{len(HOSTS)} hosts: {misread} misread, {ambiguous} second readings of {chosen.slips} each"
    )
    return 1 if misread or ambiguous else 0


if __name__ == "__main__":
    sys.exit(main())
