"""Found a market: its key, its books and its first catalogue, all or nothing.

A market whose books are lost is founded anew from its key; then its slips are honoured from paper.

A practice market for `kiosk demo` is founded here too, with an open day.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from db import atrest, catalogue, keys, market, paper
from db.catalogue import Good
from db.connection import FILE, open_books
from db.errors import N_, BooksBusy, DataFolderUnusable, MarketExists, Refused
from db.market import Market, Rules
from db.terms import EPOCH, Handover
from kiosk.config import KEY_FILE, asset
from kiosk.goods_file import read_goods
from kiosk.keys.lock import StewardLock
from kiosk.messages import _
from kiosk.slips.signing import MarketKey
from kiosk.till import Clock, Till

CATALOGUE = "catalogue.csv"


class CardOfAnotherKey(Refused):
    sentence = N_(
        "The card does not lead to the key {key}. Take the newest card of the market, the one that was "
        "made when that key came."
    )


_FILES = (KEY_FILE, f"{FILE}-wal", f"{FILE}-shm", f"{FILE}{atrest.SUFFIX}", FILE)


def found_market(
    folder: Path,
    wanted: Market,
    *,
    passphrase: str | None = None,
    rules: Rules | None = None,
    goods: Sequence[Good] = (),
    clock: Clock | None = None,
    key: MarketKey | None = None,
    handovers: Sequence[Handover] = (),
) -> Till:
    """Found a market in `folder`: key, books, catalogue. `wanted.public_key` is made here.

    With `key`, the market's own that was rebuilt from its shares, it is founded anew: the first entry
    says so, and every slip of that key that these books don't hold is honoured from paper, once. With
    the `handovers` of the market's card slips of its earlier keys are, too.

    Raises MarketExists, BadSetting, CardOfAnotherKey, DataFolderUnusable, KeyUnusable. A founding that
    fails leaves the folder as it was.
    """
    new = [name for name in ("", *_FILES) if not (folder / name).exists()]
    try:
        return _founded(folder, wanted, passphrase, rules, goods, clock, key, handovers)
    except (MarketExists, BooksBusy):
        raise  # what lies there is another founding's
    except BaseException:
        _remove(folder, new)
        raise


def _founded(
    folder: Path,
    wanted: Market,
    passphrase: str | None,
    rules: Rules | None,
    goods: Sequence[Good],
    clock: Clock | None,
    own: MarketKey | None,
    handovers: Sequence[Handover],
) -> Till:
    from kiosk.slips import keyfile

    books = open_books(folder, create=True, clock=clock)
    try:
        key = own or MarketKey.generate()
        if handovers and handovers[-1].new != key.public.raw:
            raise CardOfAnotherKey(key=key.public.key_id.hex())
        first = handovers[0].old if handovers else key.public.raw
        cost = keyfile.cost_for(practice=wanted.practice)
        with books.transaction():
            market.found(
                books,
                Market(wanted.name, wanted.place, wanted.language, first, wanted.practice),
                rules,
                from_key=own is not None,
            )
            if own is not None:
                words = _("the books are lost; the market is founded anew from its key")
                paper.declare_lost(books, EPOCH, 0, words)
            for one in handovers:
                keys.repeat(books, one, _("as the market's card says"))
            if goods:
                catalogue.save_goods(books, goods, 0, _("catalogue at the founding"))
            # Inside the transaction: no market without its key, and no key without its market.
            keyfile.save(folder / KEY_FILE, key, passphrase, cost)
        steward = StewardLock(guards=passphrase is not None)
        steward.admit()  # whoever founds a market is its first steward
        return Till(folder, books, key, steward)
    except BaseException:
        books.close()
        raise


def _remove(folder: Path, names: Sequence[str]) -> None:
    """Remove what a founding made before it failed; an empty name is the folder itself."""
    with suppress(OSError):
        for name in filter(None, names):
            (folder / name).unlink(missing_ok=True)
        if "" in names:
            folder.rmdir()


def suggested_goods() -> list[Good]:
    """The catalogue that comes with the program."""
    return read_goods(asset(CATALOGUE))


def found_practice(folder: Path, language: str, clock: Clock | None = None) -> Till:
    """A practice market with the suggested goods and an open day; its slips are worth nothing."""
    till = found_market(
        folder,
        Market(_("Practice market"), "", language, b"", practice=True),
        goods=suggested_goods(),
        clock=clock,
    )
    till.open_day([(_("table"), _("you"))])
    return till


def throw_away(folder: Path) -> None:
    """Remove a practice market's folder."""
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise DataFolderUnusable(folder=folder, why=error.strerror or error) from error
