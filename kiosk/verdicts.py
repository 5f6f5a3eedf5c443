"""What a scanned or typed text is: a slip with a verdict, a good, an action, or not one of ours.

A verdict is made of three things, in this order: the form of the text, the signature, and what the
books know. Showing it is left to the screens and the command line.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from db import paper, slips
from db.catalogue import Good, by_barcode, goods
from db.connection import Books
from db.errors import (
    N_,
    ForeignSlip,
    ForgedSlip,
    KioskError,
    LiveSlipAtPractice,
    NotASlip,
    PracticeSlip,
    Refused,
    SlipExpired,
    SlipSpent,
    SlipVoid,
    TooManyTries,
    UnknownCode,
    UnknownSlip,
)
from kiosk.calibration import Scanner
from kiosk.keys.public import MarketKeys, StolenKeySlip
from kiosk.scanning.cards import Action, ActionCard, GoodsCard
from kiosk.scanning.recognise import Barcode, SlipText, Unknown, recognise
from kiosk.slips import keyboard, payload, typed_code

CodeTag = Callable[[bytes], bytes]
"""What the books find a typed code by, from a slip's serial; raises PassphraseNeeded."""

WORDS = ("good", "spent", "expired", "void", "practice", "foreign", "unknown", "forged")


class CodeOfLostBooks(UnknownCode):
    sentence = N_(
        "No slip in these books has that code, and books were lost here. Scan the slip: its QR is "
        "signed, and its typed code alone can't be honoured."
    )


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a slip is worth at this table.

    `word` is one of WORDS; `error` holds the sentence where it is not good. `amount` (hundredths)
    and the dates are what the paper says, where it is a slip at all; `slip` what the books know.
    `unheld` is a good slip that they don't hold: it is honoured from paper, for books were lost.
    """

    word: str
    error: KioskError | None = None
    reference: bytes | None = None
    amount: int | None = None
    issued: date | None = None
    expires: date | None = None
    slip: slips.Slip | None = None
    unheld: slips.NewSlip | None = None

    @property
    def good(self) -> bool:
        """Whether it can be handed in now."""
        return self.word == "good"


Scanned = Verdict | Good | Action

_WORD_OF: tuple[tuple[type[KioskError], str], ...] = (
    (SlipSpent, "spent"),
    (SlipExpired, "expired"),
    (SlipVoid, "void"),
    (UnknownSlip, "unknown"),
)


def scanned(
    books: Books,
    market: MarketKeys,
    practice: bool,
    code_tag: CodeTag,
    text: str,
    scanner: Scanner | None = None,
) -> Scanned:
    """What a scan is. `market` are our keys; `practice` whether ours is a practice market; `scanner`
    what its calibration told, if there was one. Raises PassphraseNeeded for a slip of lost books."""
    readable = _mended(books, market, text.strip(), scanner or Scanner())
    form = recognise(readable)
    if isinstance(form, SlipText):
        return judge(books, market, practice, code_tag, form.text)
    found: Good | None = None
    if isinstance(form, ActionCard):
        return form.action
    if isinstance(form, GoodsCard):
        found = next((one for one in goods(books) if one.number == form.number), None)
    elif isinstance(form, Barcode):
        found = by_barcode(books, form.gtin)
    if found is None or found.retired:
        return not_a_slip()
    return found


def _mended(books: Books, market: MarketKeys, text: str, scanner: Scanner) -> str:
    """The text as the scanner meant it, where a foreign keyboard layout turned it into another.

    What can be known of a text decides between the layouts: a slip's signature, else its form or
    that of a card, else the catalogue's bar codes. Whatever can't be decided stays as it was. A
    scanner that was calibrated leaves nothing to decide, unless the text can be read both ways.
    """
    known = not isinstance(recognise(text), Unknown)
    meant = scanner.meant(text) if scanner.is_set else None
    if meant is not None and meant != text and not isinstance(recognise(meant), Unknown):
        return "" if known else meant
    if known:
        return text

    def ours(candidate: str) -> bool:
        slip = payload.slip_of(candidate)
        return slip is not None and market.verify_slip(slip)

    def formed(candidate: str) -> bool:
        return isinstance(recognise(candidate), SlipText | GoodsCard | ActionCard)

    def in_catalogue(candidate: str) -> bool:
        form = recognise(candidate)
        return isinstance(form, Barcode) and by_barcode(books, form.gtin) is not None

    for accepts in (ours, formed, in_catalogue):
        meant = keyboard.repair(text, accepts)
        if meant is not None:
            return meant
    return text


def judge(
    books: Books, market: MarketKeys, practice: bool, code_tag: CodeTag, text: str
) -> Verdict:
    """The verdict on a slip's text."""
    slip = payload.slip_of(text)
    if slip is None:
        return not_a_slip()
    try:
        header = payload.unpack(slip)
    except Refused as error:
        return Verdict("unknown", error)
    reference = payload.reference(slip)
    said = Verdict("good", None, reference, header.amount, header.issued, header.expires)
    key = market.named(header.key_id)
    if key is None:
        if header.practice and not practice:
            return replace(said, word="practice", error=PracticeSlip())
        strange = LiveSlipAtPractice() if practice and not header.practice else ForeignSlip()
        return replace(said, word="foreign", error=strange)
    if not key.verify_slip(slip):
        return replace(said, word="forged", error=ForgedSlip())
    if header.practice and not practice:
        return replace(said, word="practice", error=PracticeSlip())
    verdict = by_reference(books, reference, said)
    last_good = market.last_good(key)
    may_be_ours = header.practice == practice and (last_good is None or header.issued <= last_good)
    if isinstance(verdict.error, UnknownSlip) and may_be_ours:
        verdict = _from_paper(books, header, code_tag, said)
    if isinstance(verdict.error, UnknownSlip) and last_good is not None:
        return replace(said, word="forged", error=StolenKeySlip())
    return verdict


def _from_paper(books: Books, header: payload.Header, code_tag: CodeTag, said: Verdict) -> Verdict:
    """The verdict on a slip that our market signed and that the books don't hold."""
    assert said.reference is not None
    try:
        paper.refuse_unless_honoured(books, header.issued, header.expires)
    except Refused as error:
        return replace(said, word=_word_of(error), error=error)
    issued = slips.days_since_epoch(header.issued)
    expires = slips.days_since_epoch(header.expires) if header.expires else 0
    tag = code_tag(header.serial)
    return replace(
        said, unheld=slips.NewSlip(said.reference, tag, header.amount, issued, expires, b"")
    )


def not_a_slip() -> Verdict:
    """The verdict on what is no slip at all."""
    return Verdict("unknown", NotASlip())


def by_code(books: Books, code_tags: Callable[[bytes], list[bytes]], typed: str) -> Verdict:
    """The verdict on a typed code; `code_tags` gives what the books may find its serial by. A code
    carries no signature, so only the books can honour it, and tries with codes that nobody has are
    limited."""
    minutes = slips.minutes_to_wait(books)
    if minutes:
        return Verdict("unknown", TooManyTries(minutes=minutes))
    try:
        serial = typed_code.serial_of(typed)
    except Refused as error:
        return Verdict("unknown", error)
    known = (slips.by_tag(books, tag) for tag in code_tags(serial))
    reference = next((one for one in known if one is not None), None)
    if reference is None:
        slips.note_unknown_code(books)
        lost = paper.any_lost(books)
        return Verdict("unknown", CodeOfLostBooks() if lost else UnknownCode())
    return by_reference(books, reference, Verdict("good", None, reference))


def by_reference(books: Books, reference: bytes, said: Verdict) -> Verdict:
    """`said` with what the books know of the slip."""
    known = slips.slip(books, reference)
    if known is not None:
        said = replace(
            said,
            slip=known,
            amount=known.amount,
            issued=known.issued,
            expires=known.expires,
        )
    try:
        slips.refuse_unless_good(books, reference)
    except Refused as error:
        return replace(said, word=_word_of(error), error=error)
    return said


def _word_of(error: Refused) -> str:
    return next(word for kind, word in _WORD_OF if isinstance(error, kind))
