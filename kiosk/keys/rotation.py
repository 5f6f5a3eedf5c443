"""Put a new key of the market in force, and let the old one go.

The key file and the books change in an order that a power cut at any moment leaves something which the
next start completes (`complete`): the new key is written beside the old one, under a name that holds
its key id; then the books name it, in one entry; then the old file is overwritten and the new one takes
its place. The books alone say which key is in force. The first two happen while the books are locked
for writing, so that nobody who starts meanwhile takes the new key for what a crash left.

What the old key signed stays good (kiosk/keys/public.py). Of the old key nothing is kept here but what
finds the typed codes of its slips; copies in backups and in the shares of stewards are their matter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from db import keys, market
from db.connection import open_books
from db.errors import N_, KeyUnusable, PassphraseNeeded, Refused, Trouble
from kiosk.config import KEY_FILE
from kiosk.keys.lock import stewards_only
from kiosk.keys.public import KEY_DOMAIN, market_keys
from kiosk.machine.log import note
from kiosk.messages import _
from kiosk.slips.signing import MarketKey, PublicKey

if TYPE_CHECKING:
    from db.connection import Books
    from db.terms import Handover
    from kiosk.till import Clock, Till

Made = TypeVar("Made")

_LEFT = r"{name}\.(?P<id>[0-9a-f]{{8}})|\.{name}(\.[0-9a-f]{{8}}){{1,2}}"
"""Names beside the key file's: of a key that was prepared, and of key files before they were whole."""


class KeyNotLost(Refused):
    sentence = N_("The key of this market is at hand: rotate it without “--lost”.")


class KeyChangedMeanwhile(Refused):
    sentence = N_(
        "Another program has put a new key in force at the same moment. Look at the ledger, and do it "
        "again only if it is still wanted."
    )


class OldKeyStays(Trouble):
    sentence = N_(
        "The new key is in force, but the old one could not be removed: {why}. The next start of the "
        "kiosk tries it again."
    )


@dataclass(frozen=True, slots=True)
class Rotated:
    """A new key in force: how it was handed over, and whether it is `locked` by a passphrase."""

    handover: Handover
    locked: bool


@stewards_only
def rotate(
    till: Till,
    decision: str,
    *,
    passphrase: str | None = None,
    last_good: date | None = None,
    lost: bool = False,
) -> Rotated:
    """Make a new key and put it in force, by a decision; slips and seals are signed by it from now on.

    `passphrase` locks the new key's file; without one it is open. `last_good` calls the old key
    stolen: the last day on which it was surely the market's alone. `lost` goes on without the old
    key: then nothing shows that the new key is the market's but the card that people compare, and the
    typed codes of earlier slips are not found any more. Raises PassphraseNeeded where the key in
    force is locked or a locked one would become open, KeyNotLost, KeyChangedMeanwhile,
    MissingDecision, BadSetting, BadLastGoodDay, EmptyPassphrase, KeyUnusable, OldKeyStays and what
    the books raise.
    """
    from kiosk.slips import keyfile

    file = key_file(till.folder)
    if passphrase is None and not lost and keyfile.needs_passphrase(file):
        raise PassphraseNeeded()
    old = _old_key(till, lost=lost)
    new = _next_key(till, old)
    cost = keyfile.cost_for(practice=till.market.practice)
    content = keyfile.content_of(file, new, passphrase, cost)

    def hand_over() -> Handover:
        if keys.in_force(till.books) != till.public.raw:
            raise KeyChangedMeanwhile()
        return keys.hand_over(
            till.books,
            new.public.raw,
            decision,
            last_good=last_good,
            sign=None if old is None else lambda said: old.sign(KEY_DOMAIN, said),
        )

    handover = _named_in_books(till.books, _prepared(file, new), content, hand_over)
    till.steward.guards = passphrase is not None
    till.steward.admit()
    till.follow_key(new)
    note("the market has a new key")
    _let_old_go(_prepared(file, new), file)
    return Rotated(handover, locked=passphrase is not None)


def repeat(
    folder: Path, books: Books, key: MarketKey, passphrase: str | None, steps: Sequence[Handover]
) -> None:
    """Put a key in force that took the place of the books' key while these books knew nothing of it,
    as those of an old backup do not: `steps` lead from one to the other. Where the old key's file lies
    there and is open, what finds the typed codes of its slips is kept.

    Raises KeyChangedMeanwhile, EmptyPassphrase, KeyUnusable, OldKeyStays and what the books raise.
    """
    from kiosk.slips import keyfile

    file = key_file(folder)
    with suppress(KeyUnusable, PassphraseNeeded):
        before = keyfile.load(file, None)
        if before.public.raw == steps[0].old:
            key = key.following(before)
    cost = keyfile.cost_for(practice=market.market(books).practice)
    content = keyfile.content_of(file, key, passphrase, cost)

    def hand_over() -> None:
        if keys.in_force(books) != steps[0].old:
            raise KeyChangedMeanwhile()
        for one in steps:
            keys.repeat(books, one, _("as the market's card says"))

    _named_in_books(books, _prepared(file, key), content, hand_over)
    note("the market has the key to which its card leads")
    _let_old_go(_prepared(file, key), file)


def _named_in_books(
    books: Books, prepared: Path, content: bytes, hand_over: Callable[[], Made]
) -> Made:
    """The new key's file lies prepared, and then the books name the key: both, or neither."""
    from kiosk.slips import keyfile

    with books.transaction():
        try:
            keyfile.write_once(prepared, content)
            return hand_over()
        except BaseException:
            # Nothing is committed yet. After a commit that failed nobody knows, and the file stays.
            with suppress(KeyUnusable):
                keyfile.remove(prepared)
            raise


def _let_old_go(prepared: Path, file: Path) -> None:
    from kiosk.slips import keyfile

    try:
        keyfile.put_in_place(prepared, file)
    except KeyUnusable as error:
        raise OldKeyStays(why=error.facts["why"]) from error


def locks(folder: Path) -> bool:
    """Whether a passphrase locks the key in the data folder; raises KeyUnusable."""
    from kiosk.slips import keyfile

    return keyfile.needs_passphrase(key_file(folder))


def complete(folder: Path, books: Books) -> None:
    """Finish what a crash broke off: a new key that the books name takes its place, one that they
    don't name was never in force and is removed. Raises KeyUnusable, BooksBusy."""
    from kiosk.slips import keyfile

    file = key_file(folder)
    left = _left_over(file)
    if not left:
        return
    is_settled = _is_settled(books)
    with books.transaction():  # whoever rotates just now is waited for
        current = PublicKey(keys.in_force(books)).key_id.hex()
        for one, key_id in left:
            if key_id == current and one.exists():
                keyfile.put_in_place(one, file)
            elif is_settled:
                keyfile.remove(one)


def _left_over(file: Path) -> list[tuple[Path, str]]:
    """Files that a crash left beside the key file, each with the id of its key; empty for one that
    was not written to its end."""
    pattern = re.compile(_LEFT.format(name=re.escape(file.name)))
    return [
        (path, known["id"] or "")
        for path in sorted(file.parent.iterdir())
        if (known := pattern.fullmatch(path.name)) is not None
    ]


def _is_settled(books: Books) -> bool:
    """Whether the books will say tomorrow what they say now. A commit that failed may lie in the log
    all the same, and a power cut would bring it back: an empty log has none."""
    try:
        with books.reading():
            is_busy, *_ = books.sql("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except Trouble:
        return False
    return not is_busy


def opened(folder: Path, books: Books) -> MarketKey | None:
    """The key in the data folder, None where a passphrase locks it; raises KeyUnusable."""
    from kiosk.slips import keyfile

    complete(folder, books)
    file = key_file(folder)
    return None if keyfile.needs_passphrase(file) else keyfile.load(file, None)


def open_without_key(folder: Path, clock: Clock | None = None) -> Till:
    """The market in `folder` whose key nobody has, to give it a new one.

    Raises KeyNotLost where the key is there and open, NoMarket and what opening the books raises.
    """
    from kiosk.till import Till

    books = open_books(folder, clock=clock)
    try:
        till = Till(folder, books, None)
        with suppress(KeyUnusable):
            if opened(folder, books) is not None:
                raise KeyNotLost()
        return till
    except BaseException:
        books.close()
        raise


def _old_key(till: Till, *, lost: bool) -> MarketKey | None:
    if not lost:
        return till.signing_key()
    if not till.locked:
        raise KeyNotLost()
    return None


def _next_key(till: Till, old: MarketKey | None) -> MarketKey:
    """A new key whose id is not that of an earlier one: a slip names its key by 4 bytes."""
    known = market_keys(till.books)
    while True:
        made = MarketKey.generate(old)
        if known.named(made.public.key_id) is None:
            return made


def key_file(folder: Path) -> Path:
    """The key file itself, where the data folder holds a link to it. Raises KeyUnusable for one that
    leads nowhere."""
    try:
        return (folder / KEY_FILE).resolve()
    except (OSError, RuntimeError) as error:
        raise KeyUnusable(folder=folder, why=_("its file is a link to itself")) from error


def _prepared(file: Path, key: MarketKey) -> Path:
    return file.with_name(f"{file.name}.{key.public.key_id.hex()}")
