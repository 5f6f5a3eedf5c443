"""What is scanned and typed: slips through any keyboard, typed codes, goods cards, bar codes."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from db.terms import EPOCH
from kiosk import calibration, crockford, verdicts
from kiosk.scanning.barcodes import gtin
from kiosk.scanning.cards import (
    ACTION_LENGTH,
    GOODS_LENGTH,
    MAX_NUMBER,
    Action,
    ActionCard,
    GoodsCard,
    action_card,
    goods_card,
    read_card,
)
from kiosk.slips import payload, shares, typed_code
from kiosk.slips.keyboard_layouts import KEYS, LAYOUTS
from kiosk.slips.signing import MarketKey
from tests.fuzz.bending import Bending
from tests.kiosk.tills import Clock, found, handed_out

HONEST_WORDS = {"unknown", "foreign", "forged", "practice", "expired"}
SLIPS = 12


class SlipReader:
    """From the text of a scan to a verdict, with real books behind it.

    A text is good only if it is, in some reading, letter by letter that of a slip that was handed
    out; a slip that was handed out is good through the keyboard that the scanner means.
    """

    def __init__(self, folder: Path) -> None:
        till = self._till = found(folder / "slips", Clock())
        self._texts = [handed_out(till, f"{n} tomatoes").text for n in range(1, SLIPS + 1)]
        slips = [payload.slip_of(text) for text in self._texts]
        self._slips = [slip for slip in slips if slip is not None]
        self._references = {payload.reference(slip) for slip in self._slips}
        self._strange = MarketKey.generate()

    def make(self, bending: Bending) -> str:
        random = bending.random
        which = random.randrange(10)
        text = random.choice(self._texts)
        if which == 0:
            return bending.text()
        if which == 1:
            return bending.text(KEYS, 400)
        if which == 2:
            return payload.text_of(self._forged(bending))
        if which == 3:
            return payload.text_of(bending.random.randbytes(payload.SLIP_LENGTH))
        if which == 4:
            return self._through_a_keyboard(bending, text)
        if which == 5:
            return self._through_a_keyboard(bending, bending.bent(text))
        if which == 6:
            return payload.text_of(self._one_bit(bending, random.choice(self._slips)))
        if which == 7:
            return bending.bent(text, KEYS)
        return bending.bent(text)

    def _forged(self, bending: Bending) -> bytes:
        """A slip with a header of any content, signed by another key or by nobody."""
        random = bending.random
        mine = random.random() < 0.7
        header = payload.Header(
            random.random() < 0.3,
            self._till.public.key_id if mine else self._strange.public.key_id,
            random.randbytes(8),
            random.randrange(2**24),
            EPOCH + timedelta(days=random.randrange(2**16)),
            random.choice((None, EPOCH + timedelta(days=random.randrange(1, 2**16)))),
        ).pack()
        if random.random() < 0.5:
            return header + self._strange.sign(payload.SLIP_DOMAIN, header)
        return header + random.randbytes(payload.SIGNATURE_LENGTH)

    def _one_bit(self, bending: Bending, slip: bytes) -> bytes:
        at = bending.random.randrange(8 * len(slip))
        number = int.from_bytes(slip, "big") ^ (1 << at)
        return number.to_bytes(len(slip), "big")

    def _through_a_keyboard(self, bending: Bending, text: str) -> str:
        row = bending.random.choice(bending.random.choice(list(LAYOUTS.values())))
        return "".join(row[KEYS.index(key)] if key in KEYS else key for key in text)

    def check(self, text: str) -> None:
        found = self._till.scan(text)
        slip = payload.slip_of(text)
        if slip is not None:
            assert payload.text_of(slip) == text
        if not isinstance(found, verdicts.Verdict):
            return
        if found.word == "good":
            assert found.reference in self._references
            if slip is not None:
                assert slip in self._slips
        else:
            assert found.word in HONEST_WORDS, found.word
            assert text not in self._texts


class TypedCode:
    """A typed code names the serial that was printed, or is refused; one wrong symbol or two never
    make another one of it."""

    def __init__(self, folder: Path) -> None:
        del folder

    def make(self, bending: Bending) -> tuple[str, bytes | None]:
        random = bending.random
        serial = random.randbytes(payload.SERIAL_LENGTH)
        code = typed_code.code_of(serial)
        which = random.randrange(5)
        if which == 0:
            return bending.text(), None
        if which == 1:
            return bending.text(crockford.ALPHABET + "- ilou", 60), None
        if which == 2:
            return self._slack(bending, code), serial
        if which == 3:
            return bending.bent(code), None
        symbols = list(code.replace("-", ""))
        for at in random.sample(range(len(symbols)), random.randint(1, 2)):
            symbols[at] = random.choice([s for s in crockford.ALPHABET if s != symbols[at]])
        return "".join(symbols), b""

    def _slack(self, bending: Bending, code: str) -> str:
        """The code as a person might type it."""
        for old, new in (("-", " "), ("-", ""), ("1", "l"), ("1", "I"), ("0", "o"), ("0", "O")):
            if bending.random.random() < 0.3:
                code = code.replace(old, new)
        return code.lower() if bending.random.random() < 0.5 else code

    def check(self, typed: tuple[str, bytes | None]) -> None:
        text, wanted = typed
        serial = typed_code.serial_of(text)
        assert wanted in (None, serial), "another code was read than the one that was printed"
        said = crockford.normalise(text)
        assert crockford.normalise(typed_code.code_of(serial)) == said
        assert typed_code.looks_like_code(text)


class Cards:
    """Goods cards, action cards and bar codes: what is read is what was printed, and one wrong
    symbol or two make nothing of it."""

    def __init__(self, folder: Path) -> None:
        del folder

    def make(self, bending: Bending) -> tuple[str, object]:
        """A text, and what it must be: a card, None for whatever it is, or False for none."""
        random = bending.random
        number = random.randint(0, MAX_NUMBER)
        action = random.choice(list(Action))
        text, card = random.choice(
            ((goods_card(number), GoodsCard(number)), (action_card(action), ActionCard(action)))
        )
        which = random.randrange(5)
        if which == 0:
            return text, card
        if which == 1:
            symbols = list(text)
            for at in random.sample(range(4, len(symbols)), random.randint(1, 2)):
                symbols[at] = random.choice([s for s in crockford.ALPHABET if s != symbols[at]])
            return "".join(symbols), False
        if which == 2:
            return bending.text("0123456789", 16), None
        return (bending.bent(text) if which == 3 else bending.text()), None

    def check(self, printed: tuple[str, object]) -> None:
        text, wanted = printed
        read = read_card(text)
        if wanted is not None:
            assert read == (wanted or None)
        if isinstance(read, GoodsCard):
            assert len(text) == GOODS_LENGTH
            assert goods_card(read.number) == text
        elif isinstance(read, ActionCard):
            assert len(text) == ACTION_LENGTH
            assert action_card(read.action) == text
        number = gtin(text)
        assert number is None or (len(number) == 13 and gtin(number) == number)


class Calibration:
    """The calibration card through any keyboard: what is learned undoes what the keyboard did."""

    def __init__(self, folder: Path) -> None:
        del folder

    def make(self, bending: Bending) -> str:
        random = bending.random
        keys = list(KEYS)
        if random.random() < 0.5:
            random.shuffle(keys)
        row = dict(zip(KEYS, keys, strict=True))
        text = bending.text("]Qabc", 10) + "".join(map(row.__getitem__, calibration.CARD))
        text += bending.text("xyz", 10)
        return bending.bent(text) if random.random() < 0.6 else text

    def check(self, text: str) -> None:
        learned = calibration.learn(text, "enter")
        calibration.findings(learned)
        assert learned.scanner.meant(text) == calibration.CARD


class Share:
    """The words of a share are those that were printed, or are refused; the checksum lets no two
    mistakes pass."""

    def __init__(self, folder: Path) -> None:
        del folder
        self._shares = shares.split(MarketKey.generate(), 3, 2)
        self._listed = [word for one in self._shares for word in one.words]

    def make(self, bending: Bending) -> tuple[str, object]:
        """A text, and what it must be: a share, None for whatever it is, or False for none."""
        random = bending.random
        share = random.choice(self._shares)
        words = list(share.words)
        which = random.randrange(5)
        if which == 0:
            return " ".join(words).upper(), share
        if which == 1:
            return bending.text(), None
        if which == 2:
            for at in random.sample(range(len(words)), random.randint(1, 2)):
                words[at] = random.choice([one for one in self._listed if one != words[at]])
            return " ".join(words), False
        if which == 3:
            return bending.bent(" ".join(words), self._listed), None
        return bending.bent("\n".join(words)), None

    def check(self, typed: tuple[str, object]) -> None:
        text, wanted = typed
        share = shares.read(text)
        if wanted is not None:
            assert share == (wanted or None)
        assert share in self._shares
