"""Check the books or exported days in lines, with a paper as a witness, and show the market's card."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from db import atrest, keys
from db.connection import FILE
from db.errors import N_, BooksAreWrong, ExportIsWrong, FolderUnwritable, KioskError, Refused
from db.findings import Finding, found
from kiosk.cli.answers import Answer, Asked, shown_path
from kiosk.keys.card import MarketCard, card_of, read_card
from kiosk.keys.trust import Known, is_nowhere, trust_in_books, trust_in_days
from kiosk.messages import _, ngettext, sentence
from kiosk.messages import finding as in_words
from kiosk.text import safe

if TYPE_CHECKING:
    from db.audit import Standing
    from kiosk.exports.check import Checked
    from kiosk.till import Till

MOST_FINDINGS = 50  # shown; the exit status counts them all
FINDING_LENGTH = 300


class SealNotBelieved(Refused):
    sentence = N_(
        "The folder {folder} is whole, but what is known of {market} does not show that all of it is "
        "the market's: {problem}"
    )


def card(asked: Asked) -> Answer:
    """`kiosk card`: the market's name and public key, on the screen or in a file."""
    shown = card_of(asked.till.books)
    facts = {
        "market": shown.market,
        "public_key": shown.key.hex(),
        "before": [one.old.hex() for one in shown.handovers],
        "check": shown.check,
        "file": asked.options.to,
    }
    if asked.options.to is None:
        return Answer(facts, [shown.line()])
    file = Path(asked.options.to)
    try:
        file.write_text(shown.line() + "\n", encoding="utf-8")
    except OSError as error:
        raise FolderUnwritable(folder=file, why=error.strerror or error) from error
    line = _("The card of {market} is in {file}; its check is {check}.").format(
        market=safe(shown.market), file=shown_path(file), check=shown.check
    )
    return Answer(facts, [line])


def verify(asked: Asked) -> Answer:
    """`kiosk verify`: an exported folder needs no market to be checked; with a card, or where a market
    is at hand, its key is the one that the seals must be made with."""
    named = asked.options.card
    shown = read_card(Path(named)) if named else None
    witness = asked.options.witness or ""
    if asked.options.folder is None:
        is_as_left = atrest.is_as_left(asked.folder / FILE)  # before anybody opens it
        return _verify_books(asked.till, shown, witness, is_as_left)
    return _verify_folder(asked, Path(asked.options.folder), shown, witness)


def _verify_books(
    till: Till, shown: MarketCard | None, witness: str, is_as_left: bool | None
) -> Answer:
    till.books.rests = True
    findings = till.verify()
    if is_as_left is False and not findings:
        what = N_(
            "every row of it is right, but it is not, byte for byte, what the kiosk left: the disk is "
            "failing, or something else wrote to it"
        )
        findings.append(found(N_("file {file}"), what, file=FILE))
    till.books.leaves_mark = not findings
    notes = []
    if shown is not None and not findings:
        trust = trust_in_books(shown, till.public.raw, keys.handovers(till.books))
        findings, notes = trust.findings, trust.notes
    heads = till.witnessed(witness) if witness else []
    findings += _without_witness(heads, witness)
    if findings:
        return _wrong(findings, BooksAreWrong(problem=_summary(findings)))
    key = till.public.raw.hex()
    lines = [
        _("The books are right: every entry, every balance and every seal."),
        *([_("Their file is, byte for byte, what the kiosk left.")] if is_as_left else []),
        *(_standing_line(one, witness) for one in heads),
        *notes,
        _("key {key}").format(key=key),
    ]
    facts = {"right": True, "findings": [], "public_key": key, "as_left": is_as_left}
    return Answer(facts | _witness_facts(heads, witness), lines)


def _verify_folder(asked: Asked, folder: Path, shown: MarketCard | None, witness: str) -> Answer:
    from kiosk.keys.seals import checked_export

    checked = checked_export(folder, witness)
    findings = [*checked.findings, *_without_witness(checked.heads, witness)]
    if findings:
        return _wrong(findings, ExportIsWrong(folder=folder, problem=_summary(findings)))
    market, notes = shown, []
    is_known: Known = is_nowhere
    if market is None:
        market, is_known = _market_at_hand(asked)
    if market is not None:
        trust = trust_in_days(market, checked, is_known)
        notes = trust.notes
        if trust.findings:
            problem = _summary(trust.findings)
            error = SealNotBelieved(folder=folder, market=market.market, problem=problem)
            return _wrong(trust.findings, error)
    last = checked.seals[-1]
    facts = {
        "right": True,
        "findings": [],
        "day": last["statement"]["day"],
        "days": [seal["statement"]["day"] for seal in checked.seals],
        "head": last["statement"]["head"],
        "public_key": last["public_key"],
        "market": market.market if market else None,
        "whole": checked.whole,
    }
    lines = [
        *_right_lines(folder, checked),
        *(_standing_line(one, witness) for one in checked.heads),
    ]
    if market is None:
        lines.append(_("No market is at hand here: compare the key with the market's own."))
    elif last["public_key"] != market.key.hex():
        words = _("The key is one that {market} has or had.")
        lines += [*notes, words.format(market=safe(market.market))]
    elif shown is not None:
        words = _("The key is the one on the card of {market}.")
        lines += [*notes, words.format(market=safe(market.market))]
    else:
        lines += [*notes, _("The key is that of {market}.").format(market=safe(market.market))]
    return Answer(facts | _witness_facts(checked.heads, witness), lines)


def _right_lines(folder: Path, checked: Checked) -> list[str]:
    last = checked.seals[-1]
    number = len(checked.seals)
    lines = [
        _("{folder} holds what was sealed.").format(folder=shown_path(folder))
        if number == 1
        else ngettext(
            "{folder} holds what was sealed: {number} day, one after the other.",
            "{folder} holds what was sealed: {number} days, one after the other.",
            number,
        ).format(folder=shown_path(folder), number=number),
        _("ledger {head}").format(head=last["statement"]["head"]),
        _("key {key}").format(key=last["public_key"]),
    ]
    if not checked.whole:
        lines.append(
            _("Stock, balances and names go back to days that are not in this folder, so they were "
              "compared with the seal's hashes alone. A folder with every day shows them too.")
        )  # fmt: skip
    return lines


def _market_at_hand(asked: Asked) -> tuple[MarketCard | None, Known]:
    """The card of the market in the data folder, if there is one, and what its books know."""
    from kiosk.bookcheck import holds_seal

    try:
        books = asked.till.books
        return card_of(books), partial(holds_seal, books)
    except KioskError:
        return None, is_nowhere


# A paper as a witness


def _without_witness(heads: Sequence[Standing], witness: str) -> list[Finding]:
    if not witness or heads:
        return []
    what = N_(
        "no entry has this hash: since the paper was printed the journal was cut off or written "
        "anew, or the hash was mistyped"
    )
    return [found(N_("paper {witness}"), what, witness=witness)]


def _standing_line(one: Standing, witness: str) -> str:
    facts = {"witness": witness, "entry": f"{one.kiosk}/{one.seq}", "day": one.day}
    if one.visit:
        return _("The paper with {witness} is right: entry {entry}, visit {day}/{visit}.").format(
            visit=one.visit, **facts
        )
    if one.day:
        return _("The paper with {witness} is right: entry {entry}, of market day {day}.").format(
            **facts
        )
    return _("The paper with {witness} is right: entry {entry}.").format(**facts)


def _witness_facts(heads: Sequence[Standing], witness: str) -> dict[str, Any]:
    return {"witness": [one._asdict() for one in heads]} if witness else {}


# What is wrong


def _wrong(findings: Sequence[Finding], error: KioskError) -> Answer:
    facts = {
        "right": False,
        "findings": [{"where": one.where, "what": one.what} for one in findings],
    }
    lines = [in_words(one, FINDING_LENGTH) for one in findings[:MOST_FINDINGS]]
    return Answer(facts, lines, [sentence(error)], status=1)


def _summary(findings: Sequence[Finding]) -> str:
    if len(findings) == 1:
        return f"{in_words(findings[0])}."
    return _("{first}, and {more} more.").format(
        first=in_words(findings[0]), more=len(findings) - 1
    )
