"""What is read from a stick: catalogues, market cards, keys, settings, seals."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict, replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any
from unittest.mock import patch

from db import catalogue
from db.catalogue import CATEGORIES, KINDS, UNITS, Good
from db.errors import KioskError
from db.journal import canonical
from db.terms import EPOCH, Handover
from kiosk.backup.folder import MANIFEST, backup_in, written
from kiosk.backup.making import back_up
from kiosk.backup.place import choose_place
from kiosk.config import PAPER_WIDTHS, SETTINGS_FILE, Settings, load_settings, save_settings
from kiosk.exports.seal_file import NoSeal, read_seal
from kiosk.goods_file import read_goods
from kiosk.keys.card import MarketCard, read_card
from kiosk.keys.public import KEY_DOMAIN
from kiosk.messages import LANGUAGES
from kiosk.slips import keyfile
from kiosk.slips.signing import MarketKey
from tests.fuzz.bending import Bending
from tests.kiosk.tills import Clock, found

HEADER = "id,category,kind,unit,rate,barcodes,name_en,name_es,plural_en"
ROWS = (
    "tomatoes,produce,good,kg,2,,tomatoes,tomates,tomato;toms",
    "honey,staples,good,jar,4.5,4006381333931;96385074,honey,miel,",
    '"child-care",care,service,h,4,,"child care, hours",cuidado,',
    "old-bread,bakery,good,each,0,,bread,,",
)
PASSPHRASE = "three ripe tomatoes"
SAVED_EVERY = 20
CHEAP_ENOUGH = keyfile.Cost(passes=4, memory=2**20)
"""What a bent key may ask for here: else a few of them would take a gigabyte each."""


def _written(path: Path, content: str | bytes) -> Path:
    raw = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    path.write_bytes(raw)
    return path


class Catalogue:
    """A catalogue is refused with its reasons or read whole; what was written is what is read, and
    what was read the books take, or refuse in words."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "goods.csv"
        self._till = found(folder / "goods", Clock())
        self._tried = 0

    def make(self, bending: Bending) -> tuple[bytes, list[Good] | None]:
        random = bending.random
        which = random.randrange(8)
        if which == 0:
            return bending.raw(), None
        if which == 1:
            return bending.text(',;\n\r"ab1é \t', 1000).encode(), None
        if which == 2:
            wanted = [self._good(bending, n) for n in range(random.randint(1, 6))]
            return self._csv(bending, wanted), wanted
        lines = [HEADER, *random.choices(ROWS, k=random.randint(1, 4))]
        content = random.choice(("\n", "\r\n")).join(lines)
        if which == 3:
            content = content.replace(",", random.choice(";\t"))
        if which == 4:
            return bending.bent_bytes(content.encode()), None
        return bending.bent(content).encode("utf-8", "surrogatepass"), None

    def _good(self, bending: Bending, number: int) -> Good:
        random = bending.random
        names = {code: bending.text("abc, \"';éñß漢", 20).strip() or "x" for code in ("en", "es")}
        return Good(
            f"good-{number}",
            0,
            random.choice(CATEGORIES),
            random.choice(KINDS),
            random.choice(UNITS),
            random.randrange(2**24),
            {code: " ".join(name.split()) for code, name in names.items()},
        )

    def _csv(self, bending: Bending, wanted: list[Good]) -> bytes:
        columns = ["id", "category", "kind", "unit", "rate", "name_en", "name_es"]
        bending.random.shuffle(columns)
        text = io.StringIO()
        writer = csv.writer(text, delimiter=",", lineterminator="\n")
        writer.writerow(columns)
        for one in wanted:
            cells = {
                "id": one.id, "category": one.category, "kind": one.kind, "unit": one.unit,
                "rate": f"{one.rate // 100}.{one.rate % 100:02d}",
                "name_en": one.names["en"], "name_es": one.names["es"],
            }  # fmt: skip
            writer.writerow([cells[column] for column in columns])
        return text.getvalue().encode()

    def check(self, written: tuple[bytes, list[Good] | None]) -> None:
        content, wanted = written
        goods = read_goods(_written(self._path, content))
        if wanted is not None:
            for one, other in zip(goods, wanted, strict=True):
                assert (one.id, one.rate, one.names) == (other.id, other.rate, other.names)
        assert goods
        self._tried += 1
        if self._tried % SAVED_EVERY == 0:
            books = self._till.books
            try:
                with books.transaction():
                    catalogue.save_goods(books, goods, 0, "fuzzed")
                    raise _TakenBack
            except _TakenBack:
                pass


class _TakenBack(Exception):
    """Nothing of it shall stay."""


class Card:
    """A market's card is what was written, or none."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "market.card"

    def make(self, bending: Bending) -> tuple[bytes, MarketCard | None]:
        random = bending.random
        name = bending.text(longest=60).encode("utf-8", "replace").decode()
        card = MarketCard(name, random.randbytes(32))
        if random.randrange(2):
            handovers = self._handovers(random.randrange(1, 4))
            card = MarketCard(name, handovers[-1].new, handovers)
        which = random.randrange(5)
        if which == 0:
            return card.line().encode(), card
        if which == 1:
            return bending.raw(), None
        if which == 2:
            bent = bending.bent_value(json.loads(card.line()))
            return json.dumps(bent).encode(), None
        return bending.bent_bytes(card.line().encode()), None

    @staticmethod
    def _handovers(number: int) -> tuple[Handover, ...]:
        """The way from the first of a few keys to the last; every other one was stolen."""
        keys = [MarketKey(bytes([step]) * 32) for step in range(number + 1)]
        made = []
        for step, (old, new) in enumerate(pairwise(keys)):
            stolen = EPOCH if step % 2 else None
            one = Handover(old.public.raw, new.public.raw, date(2026, 11, 28), stolen)
            signature = old.sign(KEY_DOMAIN, canonical(one.statement()))
            made.append(replace(one, signature=signature))
        return tuple(made)

    def check(self, written: tuple[bytes, MarketCard | None]) -> None:
        content, wanted = written
        card = read_card(_written(self._path, content))
        assert wanted in (None, card)
        assert len(card.key) == 32
        assert read_card(_written(self._path, card.line())) == card


class Key:
    """A key file gives the key that was written, or none."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "fuzzed.key"
        self._key = MarketKey.generate()
        self._forms = []
        for name, passphrase in (("open", None), ("locked", PASSPHRASE)):
            keyfile.save(folder / name, self._key, passphrase, keyfile.CHEAP)
            self._forms.append((folder / name).read_bytes())

    def make(self, bending: Bending) -> bytes:
        form = bending.random.choice(self._forms)
        which = bending.random.randrange(4)
        if which == 0:
            return bending.raw()
        if which == 1:
            return bending.bent_bytes(form)
        bent: Any = json.loads(form)
        for _ in range(bending.random.randint(1, 3)):
            bent = bending.bent_value(bent)
        return json.dumps(bent).encode()

    def check(self, content: bytes) -> None:
        _written(self._path, content)
        with patch.object(keyfile, "_DEAREST", CHEAP_ENOUGH):
            key = keyfile.load(self._path, PASSPHRASE)
        assert key.public == self._key.public
        assert keyfile.public_key(self._path) == self._key.public.raw


class MachineSettings:
    """Settings are what was kept, or as if they had not been set; they never stop anybody."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "settings"
        self._folder.mkdir()

    def make(self, bending: Bending) -> bytes | Settings:
        random = bending.random
        kept = Settings(
            random.choice((None, *LANGUAGES)),
            random.random() < 0.5,
            random.choice(PAPER_WIDTHS),
            printer_address=bending.text("abc:/.0123", 300),
        )
        which = random.randrange(4)
        if which == 0:
            return kept
        if which == 1:
            return bending.raw()
        content = asdict(kept)
        if which == 2:
            return json.dumps(bending.bent_value(content)).encode()
        return bending.bent_bytes(json.dumps(content).encode())

    def check(self, kept: bytes | Settings) -> None:
        if isinstance(kept, Settings):
            save_settings(self._folder, kept)
            assert load_settings(self._folder) == kept
        else:
            _written(self._folder / SETTINGS_FILE, kept)
            read = load_settings(self._folder)
            save_settings(self._folder, read)
            assert load_settings(self._folder) == read


class Seal:
    """The seal of an exported day is read with every type as it was written, or is none."""

    def __init__(self, folder: Path) -> None:
        till = found(folder / "sealed", Clock())
        till.close_day(3)
        self._content = json.loads((till.export(1) / "seal.json").read_text())
        till.close()
        self._path = folder / "seal.json"

    def make(self, bending: Bending) -> bytes:
        which = bending.random.randrange(4)
        if which == 0:
            return bending.raw()
        if which == 1:
            return bending.bent_bytes(json.dumps(self._content).encode())
        return json.dumps(bending.bent_value(self._content)).encode()

    def check(self, content: bytes) -> None:
        try:
            seal = read_seal(_written(self._path, content))
        except NoSeal as error:
            raise KioskError(why=str(error)) from error
        assert seal.keys() >= self._content.keys()


class Backup:
    """What a backup says of itself is what was written, or the backup is refused."""

    def __init__(self, folder: Path) -> None:
        till = found(folder / "saved", Clock())
        stick = folder / "stick"
        stick.mkdir()
        choose_place(till.folder, till.books, stick)
        self._folder = back_up(till.folder, till.books, stick).folder
        till.close()
        self._path = self._folder / MANIFEST
        self._content = self._path.read_bytes()

    def make(self, bending: Bending) -> bytes:
        which = bending.random.randrange(4)
        if which == 0:
            return bending.raw()
        if which == 1:
            return bending.bent_bytes(self._content)
        return json.dumps(bending.bent_value(json.loads(self._content))).encode()

    def check(self, content: bytes) -> None:
        known = backup_in(_written(self._path, content).parent)
        self._path.write_bytes(written(known.manifest))
        assert backup_in(self._folder) == known
