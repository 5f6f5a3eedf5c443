"""The market's key in lines: its passphrase; split it into sheets for several stewards, and rebuild it
from them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from db.errors import N_, FileUnreadable, Refused
from kiosk import messages, wording
from kiosk.cli.answers import (
    Answer,
    Asked,
    TypedWrongly,
    passphrase_in,
    shown_path,
    words_of_input,
)
from kiosk.cli.answers import passphrase as asked_for
from kiosk.cli.backup import saved_at_once
from kiosk.cli.market import first_goods, first_passphrase
from kiosk.keys import splitting
from kiosk.keys.card import MarketCard, card_of, read_card
from kiosk.keys.rotation import Rotated, locks, open_without_key
from kiosk.keys.rotation import rotate as put_in_force
from kiosk.machine.outside import read_plain
from kiosk.messages import _, sentence
from kiosk.slips.keyfile import EmptyPassphrase, PassphrasesDiffer
from kiosk.text import safe

if TYPE_CHECKING:
    import argparse

    from db.terms import Handover
    from kiosk.slips.shares import Share
    from kiosk.slips.signing import MarketKey

SENTENCE_LENGTH = 400


class ShareFileMistyped(Refused):
    sentence = N_("{file}: {problem}")


class NoBooksYet(Refused):
    sentence = N_(
        "The key is right, but there are no books in {folder}. Restore a backup there first, or, where "
        "there is none, found the market anew with --name."
    )


class BooksThere(Refused):
    sentence = N_("{folder} holds the market's books: leave out --name, and the key joins them.")


class NoMoreShares(Refused):
    sentence = N_("The words of a share are needed: name its file with --share, or type them.")


def passphrase(asked: Asked) -> Answer:
    """`kiosk key passphrase`: who changes it has to know the one that holds now."""
    options = asked.options
    new = None if options.remove else passphrase_in(Path(options.new_file))
    if new == "":
        raise EmptyPassphrase()
    till = asked.till
    old = asked_for() if till.steward.guards else None
    till.steward.may_try()
    till.relocked(till.relock(old, new), guards=new is not None)
    if new is None:
        line = _(
            "The key has no passphrase any more: the permissions of its file protect it alone."
        )
    else:
        line = _("The key is locked with the new passphrase. Nobody can open it without.")
    return Answer({"passphrase": new is not None}, [line, copies_keep_theirs()])


def copies_keep_theirs() -> str:
    """What a change of the passphrase does not reach."""
    return _("Copies of the key that were made before still open with the passphrase of then.")


def split(asked: Asked) -> Answer:
    """`kiosk key split`: on paper, or into a folder."""
    options, till = asked.options, asked.till
    if options.text and not options.to:
        problem = _("--text goes with --to")
        raise TypedWrongly(problem=problem, command="kiosk key split")
    if not options.to and not splitting.prints_shares(till):
        raise splitting.NoPrinterForShares()
    shares = asked.with_key(lambda: splitting.split_key(till, options.shares, options.needed))
    sheets = splitting.sheets(till, shares)
    files: list[Path] = []
    lines, asides = splitting.said_of_split(shares), []
    if options.to:
        files = splitting.write_sheets(till, sheets, Path(options.to), text=options.text)
        lines += [_("Sheet: {file}").format(file=shown_path(file)) for file in files]
        asides.append(
            _("Print them, then remove the files: {needed} of them are the key.").format(
                needed=shares[0].needed
            )
        )
    else:
        splitting.print_sheets(till.folder, sheets)
        warning = wording.printer_warning(till.settings().printer)
        asides += [warning] if warning else []
    facts = {
        "shares": len(shares),
        "needed": shares[0].needed,
        "split": shares[0].split,
        "key": till.public.key_id.hex(),
        "files": [str(file) for file in files],
    }
    return Answer(facts, lines, asides)


def rebuild(asked: Asked) -> Answer:
    """`kiosk key rebuild`: beside the books that are there, else into a market founded anew."""
    options = asked.options
    if options.card and not options.name and not splitting.has_books(asked.folder):
        problem = _("--card goes with --name where there are no books")
        raise TypedWrongly(problem=problem, command="kiosk key rebuild")
    if splitting.has_books(asked.folder) and options.name:
        raise BooksThere(folder=asked.folder)
    key = _from_shares(asked)
    if not splitting.has_books(asked.folder):
        if not options.name:
            raise NoBooksYet(folder=asked.folder)
        return _founded_anew(asked, key)
    card = _card(options)
    passphrase = _new_passphrase(asked)
    of = splitting.put_back(asked.folder, key, passphrase, card.handovers if card else ())
    lines = [
        _("The key of {market} is back.").format(market=safe(of.name)),
        _protected(passphrase),
        _("If the books come from a backup, “kiosk slip honour” honours the slips that they miss."),
        *_to_compare(card),
    ]
    return Answer(_facts(key, of.name, passphrase, anew=False), lines)


def _founded_anew(asked: Asked, key: MarketKey) -> Answer:
    from db.market import Market
    from kiosk.founding import found_market

    options = asked.options
    goods = first_goods(asked)
    card = _card(options)
    handovers = card.handovers if card else ()
    passphrase = _new_passphrase(asked)
    language = getattr(options, "language", None) or messages.language()
    wanted = Market(options.name, options.place, language, b"", practice=False)
    asked.take(
        found_market(
            asked.folder, wanted, passphrase=passphrase, goods=goods, key=key, handovers=handovers
        )
    )
    name = asked.till.market.name
    lines = [
        _("{market} is founded anew from its key, in {folder}.").format(
            market=safe(name), folder=shown_path(asked.folder)
        ),
        _("Every slip that its key signed up to today is honoured from paper, once each."),
        *_earlier_keys(handovers),
        _("Whether the lost books had voided a slip, or redeemed it, nobody can know."),
        _protected(passphrase),
    ]
    return Answer(_facts(key, name, passphrase, anew=True), lines)


def _card(options: argparse.Namespace) -> MarketCard | None:
    """The card that is named, which says how the market's keys gave way; raises what `read_card` does."""
    return read_card(Path(options.card)) if options.card else None


def _to_compare(card: MarketCard | None) -> list[str]:
    """What people see to where a card was believed."""
    if card is None:
        return []
    return [
        _("The books follow the card {check} now. Compare it with the one on the wall: if that says "
          "otherwise, it is newer, and so are the sheets that are needed.").format(
            check=card.check
        )
    ]  # fmt: skip


def _earlier_keys(handovers: Sequence[Handover]) -> list[str]:
    """What becomes of slips of the keys before."""
    if not handovers:
        return [
            _("Slips of an earlier key of the market are not known here: --card brings them in.")
        ]
    lines = [_("So are the slips of its earlier keys, which the card names.")]
    if any(one.last_good is not None for one in handovers):
        lines.append(
            _("Of a stolen key, those dated up to its last good day: with the books lost, a slip that "
              "the thief dated back can't be told from them.")
        )  # fmt: skip
    return lines


def _facts(key: MarketKey, name: str, passphrase: str | None, *, anew: bool) -> dict[str, object]:
    return {
        "market": name,
        "public_key": key.public.raw.hex(),
        "passphrase": passphrase is not None,
        "founded_anew": anew,
    }


def _protected(passphrase: str | None) -> str:
    if passphrase is not None:
        return _("It is locked with the new passphrase.")
    return _("It has no passphrase: the permissions of its file alone protect it.")


# The words


def _from_shares(asked: Asked) -> MarketKey:
    from kiosk.slips.shares import joining, rebuild

    shares: list[Share] = []
    if asked.options.share:
        return rebuild([_in_file(Path(name)) for name in asked.options.share])
    for share in _typed(shares):
        joining(share, shares)
        shares.append(share)
        if len(shares) == share.needed:
            break
    return rebuild(shares)


def _in_file(file: Path) -> Share:
    from kiosk.slips.shares import LONGEST_TEXT

    try:
        text = read_plain(file, LONGEST_TEXT).decode("utf-8")
    except OSError as error:
        raise FileUnreadable(file=file, why=error.strerror or error) from error
    except UnicodeDecodeError as error:
        raise FileUnreadable(file=file, why=_("it is not UTF-8 text")) from error
    try:
        return _read(text)
    except Refused as error:
        problem = sentence(error, SENTENCE_LENGTH)
        raise ShareFileMistyped(file=file, problem=problem) from error


def _read(text: str) -> Share:
    """The share in a text, of whose words the first letters are enough, as on the screen; raises what
    `kiosk.slips.shares.read` raises."""
    from kiosk.slips.shares import completed, read, words_in

    return read(" ".join(completed(word) for word in words_in(text)))


def _typed(known: list[Share]) -> Iterator[Share]:
    """Shares from standard input, a line each; at a terminal a mistyped one is asked for again."""
    from kiosk.slips.shares import joining

    at_terminal = sys.stdin.isatty()
    while True:
        if at_terminal:
            asks = _("Share {number}, all 33 words: ")
            if known:
                asks = _("Share {number} of {needed}, all 33 words: ")
            needed = known[0].needed if known else 0
            sys.stderr.write(asks.format(number=len(known) + 1, needed=needed))
            sys.stderr.flush()
        line = words_of_input()
        if not line:
            raise NoMoreShares()
        if not at_terminal:
            yield _read(line)
            continue
        try:
            share = _read(line)
            joining(share, known)
        except Refused as error:
            sys.stderr.write(sentence(error, SENTENCE_LENGTH) + "\n")
        else:
            yield share


def _new_passphrase(asked: Asked) -> str | None:
    """From the file that is named, else typed twice at a terminal, where empty is none."""
    named = first_passphrase(asked)
    if named is not None or not sys.stdin.isatty():
        return named
    from getpass import getpass

    typed = getpass(_("A new passphrase for the key, empty for none: "))
    if typed and getpass(_("The same passphrase again: ")) != typed:
        raise PassphrasesDiffer()
    return typed or None


def rotate(asked: Asked) -> Answer:
    """`kiosk key rotate`."""
    options = asked.options
    if options.stolen != (options.last_good is not None):
        problem = _("--stolen and --last-good belong together")
        raise TypedWrongly(command="kiosk key rotate", problem=problem)
    named = options.passphrase_file
    chosen = passphrase_in(Path(named)) if named else None
    if options.lost:
        asked.take(open_without_key(asked.folder))
    elif locks(asked.till.folder):
        typed = asked_for()
        asked.till.unlock(typed)
        chosen = typed if chosen is None else chosen
    rotated = put_in_force(
        asked.till,
        options.decision,
        passphrase=chosen,
        last_good=options.last_good,
        lost=options.lost,
    )
    made = rotated.handover
    facts = {
        "public_key": made.new.hex(),
        "before": made.old.hex(),
        "last_good": made.last_good.isoformat() if made.last_good else None,
        "signed": bool(made.signature),
        "passphrase": rotated.locked,
        "check": card_of(asked.till.books).check,
    }
    lines = [*wording.new_key(made), _new_protection(rotated)]
    saved, not_saved = saved_at_once(asked.till)  # no earlier backup and no sheet knows the new key
    if saved:
        lines.append(_("The books are saved in {folder}").format(folder=shown_path(saved)))
    facts["backup"] = str(saved) if saved else None
    asides = []
    if not_saved:
        asides = [
            not_saved,
            _("So no backup holds the new key: make one with “kiosk backup” before the machine travels, "
              "and keep its card elsewhere."),
        ]  # fmt: skip
    return Answer(facts, lines, asides)


def _new_protection(rotated: Rotated) -> str:
    if rotated.locked:
        return _("The new key is locked. Keep the passphrase: nobody can open the key without it.")
    return _("The new key has no passphrase: the permissions of its file alone protect it.")
