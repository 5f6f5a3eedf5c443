"""The market's key on several stewards' sheets of words, and back from them.

Splitting and rebuilding as people do it: what stands on a sheet, where the sheets go, and where a key
that was rebuilt belongs. The shares themselves are kiosk/slips/shares.py; nothing of a share stays on
this machine: sheets go to a printer that keeps none, or where the steward says.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from db import market
from db.connection import FILE, open_books
from db.errors import N_, KeyUnusable, PrinterTrouble, Refused, Trouble
from kiosk import wording
from kiosk.backup.place import place_of
from kiosk.config import KEY_FILE, PAPERS_FOLDER, load_settings
from kiosk.keys import rotation
from kiosk.keys.public import is_signed, market_keys
from kiosk.machine.log import note
from kiosk.messages import _, speaking
from kiosk.paper.printers import DEFAULT, FateUnknown, paper_for, printer_for
from kiosk.slips import keyfile
from kiosk.text import safe

if TYPE_CHECKING:
    from datetime import date

    from db.market import Market
    from db.terms import Handover
    from kiosk.paper.keysheet import KeySheet
    from kiosk.slips.shares import Share
    from kiosk.slips.signing import MarketKey
    from kiosk.till import Till


class NoPrinterForShares(Refused):
    sentence = N_(
        "This machine has no printer, and its folder of pictures must not keep the key. "
        "Name another folder for the sheets, such as one on a stick."
    )


class FolderOfTheKiosk(Refused):
    sentence = N_(
        "{folder} lies in the kiosk's own folder: who takes the one has the other. "
        "Name another folder for the sheets, such as one on a stick."
    )


class FolderOfBackups(Refused):
    sentence = N_(
        "{folder} lies where the backups go: who finds that stick would have books and key. "
        "Name another folder for the sheets, on another stick."
    )


class SheetsMissing(Trouble):
    sentence = N_(
        "Sheet {number} of {shares} did not come out whole: {why}. Burn every sheet that came out of the "
        "printer, mend it, and split the key anew."
    )


class UnknownKey(Refused):
    sentence = N_(
        "The books of {market} don't know the key of these sheets ({key}). If the key was changed after "
        "these books were saved, name the market's newest card, too; else they are another market's."
    )


class CardLeadsElsewhere(Refused):
    sentence = N_(
        "The card does not lead, by signatures, from the key that the books of {market} know to the key of "
        "these sheets ({key}). Take the newest card of the market. Where the old key had been lost, and so "
        "signed nothing, restore a backup that was made after that."
    )


def split_key(till: Till, shares: int, needed: int) -> list[Share]:
    """Shares of the market's key. Raises StewardNeeded, PassphraseNeeded, KeyUnusable, BadSetting."""
    from kiosk.slips.shares import split

    till.require_steward()
    made = split(till.signing_key(), shares, needed)
    note("the key was split into {shares} shares", shares=shares)
    return made


def sheets(till: Till, shares: Sequence[Share]) -> list[KeySheet]:
    """What stands on each share's sheet, in the market's language."""
    key, today = till.public.key_id.hex(), till.books.today()
    with speaking(till.market.language):
        return [_sheet(till.market, one, len(shares), key, today) for one in shares]


def _sheet(of: Market, share: Share, shares: int, key: str, today: date) -> KeySheet:
    from kiosk.paper.keysheet import KeySheet

    name, needed = safe(of.name), share.needed
    counts = {"needed": needed, "shares": shares}
    return KeySheet(
        name=f"key-share-{share.number}-of-{shares}-{share.split.replace(' ', '-')}",
        market=name,
        title=_("Share {number} of {shares} of the market's key").format(
            number=share.number, shares=shares
        ),
        words=share.words,
        paragraphs=(
            _(
                "Any {needed} of these {shares} sheets together are the market's key: whoever has them "
                "can make slips. Fewer than {needed} tell nothing."
            ).format(**counts),
            _(
                "Keep it on paper, at home, apart from the other sheets and from the kiosk. Take no "
                "picture of it, and type it nowhere but into a kiosk of the market."
            ),
            _(
                "If the kiosk is lost or its passphrase forgotten: bring {needed} sheets together, start "
                "the kiosk on any computer, and choose to rebuild the key. It asks for the words and "
                "says where one is mistyped."
            ).format(**counts),
            _(
                "If a sheet is lost, or a steward leaves: split the key anew and burn all old sheets, "
                "for these stay good. If a stranger may have {needed} of them, the key must change."
            ).format(**counts),
        ),
        footer=_("key {key} · split on {date} · all sheets of this split begin: {words}").format(
            key=key, date=wording.long_date(today), words=share.split
        ),
        practice=_("PRACTICE") if of.practice else "",
    )


def write_sheets(till: Till, made: Sequence[KeySheet], to: Path, *, text: bool) -> list[Path]:
    """Write each sheet into a folder, as a PDF or as `text`: all of them, durable, or none.

    Raises FolderUnwritable, FolderFull, FolderOfTheKiosk for a folder inside the data folder, and
    FolderOfBackups.
    """
    from kiosk.machine.durable import sync, unwritten
    from kiosk.paper.files import PRIVATE, write_new
    from kiosk.paper.keysheet import as_pdf, as_text

    if to.resolve().is_relative_to(till.folder.resolve()):
        raise FolderOfTheKiosk(folder=to)
    if _is_with_backups(till.folder, to):
        raise FolderOfBackups(folder=to)
    files: list[Path] = []
    try:
        to.mkdir(mode=0o700, parents=True, exist_ok=True)
        for sheet in made:
            content = as_text(sheet).encode() if text else as_pdf(sheet)
            files.append(to / f"{sheet.name}{'.txt' if text else '.pdf'}")
            write_new(files[-1], content, PRIVATE)
        sync(to)
    except OSError as error:
        for file in files:
            with suppress(OSError):
                file.unlink(missing_ok=True)
        raise unwritten(to, error) from error
    return files


def _is_with_backups(data: Path, to: Path) -> bool:
    """Whether a folder lies in the place of the backups, or on the same stick as they."""
    place = place_of(data).resolve()
    if to.resolve().is_relative_to(place):
        return True
    there = next(one for one in (to.resolve(), *to.resolve().parents) if one.exists())
    try:
        stick = place.stat().st_dev
        return stick == there.stat().st_dev != data.stat().st_dev
    except OSError:  # the stick is away
        return False


def prints_shares(till: Till) -> bool:
    """Whether this machine has a printer for sheets of the key; a folder of pictures is none."""
    return till.settings().printer != DEFAULT


def print_sheets(folder: Path, made: Sequence[KeySheet]) -> None:
    """Print each sheet on this machine's printer; knows no books, and may take long.

    Raises NoPrinterForShares, SheetsMissing: what came out before counts, and one that is missing makes
    the whole split worth doing again.
    """
    from kiosk.slips.column import PAPERS
    from kiosk.slips.sharepicture import draw_share

    set_up = load_settings(folder)
    if set_up.printer == DEFAULT:
        raise NoPrinterForShares()
    printer = printer_for(
        set_up.printer, folder / PAPERS_FOLDER, set_up.printer_address, cut=set_up.cut
    )
    paper = PAPERS[paper_for(set_up.printer, set_up.paper)]
    for number, sheet in enumerate(made, 1):
        try:
            printer.print(draw_share(sheet, paper), sheet.name, paper.dots_per_inch)
        except (PrinterTrouble, FateUnknown) as error:
            why = error.facts["why"]
            raise SheetsMissing(number=number, shares=len(made), why=why) from error


def said_of_split(shares: Sequence[Share]) -> list[str]:
    """What a steward must know now."""
    return [
        _("The key is split into {shares} sheets; any {needed} of them rebuild it.").format(
            shares=len(shares), needed=shares[0].needed
        ),
        _("All begin with “{words}”. Give each to another steward, and keep none here.").format(
            words=shares[0].split
        ),
        _("Sheets of an earlier split stay good until they are burnt."),
    ]


# Back from the sheets


def has_books(folder: Path) -> bool:
    """Whether a market's books lie in a folder."""
    return (folder / FILE).exists()


def opened_with(
    folder: Path, key: MarketKey, passphrase: str | None, handovers: Sequence[Handover] = ()
) -> Till:
    """The market in `folder`, opened and unlocked once its key is back; raises what `put_back` and
    opening raise."""
    from kiosk.till import open_till

    put_back(folder, key, passphrase, handovers)
    till = open_till(folder)
    if passphrase is not None:
        till.unlock(passphrase)
    return till


def rejoin(
    till: Till, key: MarketKey, passphrase: str | None, handovers: Sequence[Handover] = ()
) -> None:
    """The same at a table that is open: what its key finds, the rebuilt one finds too. Raises what
    `put_back` raises."""
    if not till.locked:
        known = till.key()
        key = known if known.public == key.public else key.following(known)
    put_back(till.folder, key, passphrase, handovers)
    till.follow_key(key)
    till.relocked(key, guards=passphrase is not None)


def put_back(
    folder: Path, key: MarketKey, passphrase: str | None, handovers: Sequence[Handover] = ()
) -> Market:
    """Put a key that was rebuilt beside the books that are its market's, under a new passphrase or
    none; gives the market. Where the key is a later one than these books know, `handovers`, which the
    market's card names, lead from theirs to it, and they are written into the books.

    Raises what opening the books raises, UnknownKey or CardLeadsElsewhere where nothing leads to the
    key, as where it is another market's, KeyUnusable, EmptyPassphrase, OldKeyStays.
    """
    with closing(open_books(folder)) as books:
        of, known = market.market(books), market_keys(books)
        steps = _steps(handovers, of.public_key, key.public.raw)
        if steps:
            rotation.repeat(folder, books, key, passphrase, steps)
            return market.market(books)
    if key.public.raw != of.public_key:
        facts = {"key": key.public.key_id.hex(), "market": safe(of.name)}
        if known.named(key.public.key_id) == key.public:
            why = _("these sheets are of an earlier key of {market} ({key}), bring later ones")
        else:
            raise (CardLeadsElsewhere if handovers else UnknownKey)(**facts)
        raise KeyUnusable(folder=folder, why=why.format(**facts))
    cost = keyfile.cost_for(practice=of.practice)
    keyfile.put_back(folder / KEY_FILE, key, passphrase, cost)
    note("the key was rebuilt from its shares")
    return of


def _steps(handovers: Sequence[Handover], old: bytes, new: bytes) -> list[Handover]:
    """Those of the handovers, each signed by the key before, that lead from one key to the other; none
    where they don't, or need not."""
    steps: list[Handover] = []
    newest = old
    for one in handovers:
        # Anybody can write a card, and sheets of their own: the old key's signature alone shows that
        # the market went from it to the new one.
        if one.old == newest and is_signed(one):
            steps.append(one)
            newest = one.new
    return steps if newest == new else []
