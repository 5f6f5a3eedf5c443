"""Each verdict, on a paper that was made for real, and no paper that only looks like one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.connection import FILE
from db.errors import (
    ForeignSlip,
    ForgedSlip,
    KioskError,
    LiveSlipAtPractice,
    MistypedCode,
    MistypedGroup,
    NotASlip,
    PracticeSlip,
    SlipExpired,
    SlipReissued,
    SlipSpent,
    SlipUndone,
    SlipVoid,
    TooManyTries,
    UnknownCode,
    UnknownSlip,
)
from db.market import Rules
from db.slips import CODE_TRIES, CODE_WINDOW_MINUTES
from kiosk.config import KEY_FILE
from kiosk.crockford import ALPHABET
from kiosk.messages import sentence
from kiosk.scanning.cards import Action, action_card, goods_card
from kiosk.slips import payload, typed_code
from kiosk.slips.keyboard_layouts import KEYS
from kiosk.slips.payload import UnknownSlipVersion
from kiosk.slips.signing import MarketKey
from kiosk.till import Till, open_till
from kiosk.verdicts import WORDS, Verdict
from tests.db.table import dump
from tests.kiosk.tills import GOODS, Clock, booked, found, handed_out


@dataclass
class Papers:
    """A market with one good slip of 6 credits, and its parts to forge with."""

    till: Till
    text: str
    code: str
    raw: bytes
    header: payload.Header


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Papers]:
    till = found(tmp_path_factory.mktemp("papers") / "market", Clock())
    slip = handed_out(till)
    raw = payload.slip_of(slip.text)
    assert raw is not None
    yield Papers(till, slip.text, slip.code, raw, payload.unpack(raw))
    till.close()


def verdict(till: Till, text: str) -> Verdict:
    """What a scan of a slip says; it changes nothing."""
    before = dump(till.books)
    said = till.scan(text)
    assert dump(till.books) == before
    assert isinstance(said, Verdict)
    assert said.word in WORDS
    assert said.good == (said.error is None) == (said.word == "good")
    if said.error is not None:
        assert sentence(said.error)
        with pytest.raises(type(said.error)):
            till.accepted(text)
    return said


def bad(till: Till, text: str, word: str, error: type[KioskError]) -> Verdict:
    """A verdict that is not good, with exactly this error."""
    said = verdict(till, text)
    assert (said.word, type(said.error)) == (word, error)
    return said


# What the books know


def test_a_slip_that_was_handed_out_is_good(till: Till) -> None:
    till.set_rules(Rules(slip_days=30), "decided by the assembly")
    slip = handed_out(till)
    said = verdict(till, slip.text)
    assert said.good
    assert (said.amount, said.expires) == (600, slip.expires)
    assert said.slip is not None
    assert (said.slip.day, said.slip.visit) == (1, 1)
    assert said.reference == payload.reference(payload.slip_of(slip.text) or b"")


def test_a_spent_slip_says_when_and_at_which_visit(till: Till, clock: Clock) -> None:
    slip = handed_out(till)
    booked(till, "-1 honey", slips=[slip])
    said = bad(till, slip.text, "spent", SlipSpent)
    assert said.error is not None
    assert said.error.facts["visit"] == 2
    assert ":" in str(said.error.facts["when"])
    assert (said.amount, said.slip is not None) == (600, True)
    clock.forward(days=1)
    later = bad(till, slip.text, "spent", SlipSpent)
    assert later.error is not None
    assert str(later.error.facts["when"]).startswith("2026-11-28 ")


def test_a_slip_is_good_on_its_last_day_and_expired_the_day_after(till: Till, clock: Clock) -> None:
    till.set_rules(Rules(slip_days=10), "decided by the assembly")
    slip = handed_out(till)
    clock.forward(days=10)
    assert verdict(till, slip.text).good
    clock.forward(days=1)
    said = bad(till, slip.text, "expired", SlipExpired)
    assert said.error is not None
    assert said.error.facts["expires"] == "2026-12-08"
    assert till.check(slip.code).word == "expired"


def test_a_spent_slip_stays_spent_after_its_expiry(till: Till, clock: Clock) -> None:
    till.set_rules(Rules(slip_days=10), "decided by the assembly")
    slip = handed_out(till)
    booked(till, "-1 honey", slips=[slip])
    clock.forward(days=11)
    bad(till, slip.text, "spent", SlipSpent)


def test_a_slip_is_void_for_three_reasons_with_three_sentences(till: Till) -> None:
    voided, reissued, undone = handed_out(till), handed_out(till), None
    till.void(1, 1, "lost in the rain")
    till.reissue(1, 2, "washed with the trousers")
    undone = handed_out(till)
    till.undo()
    bad(till, voided.text, "void", SlipVoid)
    bad(till, reissued.text, "void", SlipReissued)
    bad(till, undone.text, "void", SlipUndone)


# Whose slip it is


@pytest.mark.parametrize(
    ("there", "here", "word", "error"),
    [
        ("live", "live", "foreign", ForeignSlip),
        ("practice", "live", "practice", PracticeSlip),
        ("live", "practice", "foreign", LiveSlipAtPractice),
        ("practice", "practice", "foreign", ForeignSlip),
    ],
)
def test_another_markets_slip_is_never_good(
    tmp_path: Path, clock: Clock, there: str, here: str, word: str, error: type[KioskError]
) -> None:
    elm = found(tmp_path / "elm", clock, practice=there == "practice")
    oak = found(tmp_path / "oak", clock, practice=here == "practice")
    slip = handed_out(elm)
    said = bad(oak, slip.text, word, error)
    assert (said.amount, said.issued, said.slip) == (600, clock().date(), None)
    assert type(oak.check(slip.code).error) is UnknownCode
    for till in (elm, oak):
        till.close()


@pytest.mark.parametrize("practice", [False, True])
def test_a_slip_that_crosses_from_practice_is_refused_under_our_own_key_too(
    tmp_path: Path, clock: Clock, practice: bool
) -> None:
    till = found(tmp_path / "market", clock, practice=practice)
    raw = payload.slip_of(handed_out(till).text)
    assert raw is not None
    header = replace(payload.unpack(raw), practice=not practice)
    other = payload.text_of(till.key().sign_slip(header))
    if practice:
        bad(till, other, "unknown", UnknownSlip)
    else:
        bad(till, other, "practice", PracticeSlip)
    till.close()


def test_our_slip_at_books_that_do_not_hold_it_is_unknown(tmp_path: Path, clock: Clock) -> None:
    """A second machine with a copy of the key and of the books as they were before."""
    first = found(tmp_path / "first", clock)
    first.close()
    shutil.copytree(tmp_path / "first", tmp_path / "second")
    assert (tmp_path / "second" / KEY_FILE).exists()
    assert (tmp_path / "second" / FILE).exists()
    first, second = (open_till(tmp_path / name, clock) for name in ("first", "second"))
    slip = handed_out(first)
    assert verdict(first, slip.text).good
    said = bad(second, slip.text, "unknown", UnknownSlip)
    assert (said.amount, said.slip) == (600, None)
    for till in (first, second):
        till.close()


# Forgeries


def test_our_header_under_another_signature_is_forged(papers: Papers) -> None:
    other = MarketKey.generate()
    packed = papers.header.pack()
    signature = other.sign(payload.SLIP_DOMAIN, packed)
    bad(papers.till, payload.text_of(packed + signature), "forged", ForgedSlip)
    bad(papers.till, payload.text_of(packed + bytes(64)), "forged", ForgedSlip)


def test_a_dearer_header_under_our_signature_is_forged(papers: Papers) -> None:
    dearer = replace(papers.header, amount=papers.header.amount + 1).pack()
    said = bad(papers.till, payload.text_of(dearer + papers.raw[20:]), "forged", ForgedSlip)
    assert said.slip is None


def test_what_the_market_signed_for_another_purpose_is_no_slip(papers: Papers) -> None:
    packed = replace(papers.header, serial=bytes(8)).pack()
    signature = papers.till.key().sign(b"market-kiosk seal 1\0", packed)
    bad(papers.till, payload.text_of(packed + signature), "forged", ForgedSlip)


@pytest.mark.parametrize("version", [0, 2, 0x7F, 0x82, 0xFF])
def test_a_slip_of_another_version_says_so(papers: Papers, version: int) -> None:
    said = bad(
        papers.till,
        payload.text_of(bytes([version]) + papers.raw[1:]),
        "unknown",
        UnknownSlipVersion,
    )
    assert said.amount is None


@given(place=st.integers(0, payload.TEXT_LENGTH - 1), symbol=st.sampled_from(KEYS + "*-é \x1b"))
def test_a_slip_with_one_other_symbol_is_never_good(
    papers: Papers, place: int, symbol: str
) -> None:
    text = papers.text[:place] + symbol + papers.text[place + 1 :]
    said = papers.till.scan(text)
    if text == papers.text:
        assert isinstance(said, Verdict)
        assert said.good
    else:
        assert not isinstance(said, Verdict) or not said.good


@given(bit=st.integers(0, 84 * 8 - 1))
def test_a_slip_with_one_other_bit_is_never_good(papers: Papers, bit: int) -> None:
    changed = bytearray(papers.raw)
    changed[bit // 8] ^= 1 << bit % 8
    said = papers.till.scan(payload.text_of(bytes(changed)))
    assert isinstance(said, Verdict)
    assert said.word in {"forged", "foreign", "practice", "unknown"}


@given(
    text=st.one_of(
        st.text(max_size=200),
        st.text(ALPHABET, min_size=135, max_size=135).map(lambda rest: payload.PREFIX + rest),
        st.text("0123456789", max_size=14),
        st.text(ALPHABET, min_size=3, max_size=6).map(lambda rest: "Y02G" + rest),
    )
)
def test_nothing_made_up_is_good_and_nothing_raises(papers: Papers, text: str) -> None:
    said = papers.till.scan(text)
    assert not isinstance(said, Verdict) or not said.good
    if isinstance(said, Verdict):
        assert said.error is not None
        assert said.error.status == 1


# Typed codes


def test_a_code_is_read_however_it_is_typed(papers: Papers) -> None:
    for typed in (
        papers.code,
        papers.code.lower(),
        papers.code.replace("-", ""),
        f" {papers.code.replace('-', ' – ')} ",
        papers.code.replace("0", "o").replace("1", "l"),
    ):
        said = papers.till.check(typed)
        assert (said.word, said.amount) == ("good", 600), typed


@pytest.mark.parametrize("place", [0, 4, 6, 10, 12, 16])
def test_a_mistyped_code_says_in_which_group(papers: Papers, place: int) -> None:
    right = papers.code[place]
    wrong = ALPHABET[(ALPHABET.index(right) + 1) % 32]
    typed = papers.code[:place] + wrong + papers.code[place + 1 :]
    said = papers.till.check(typed)
    assert (said.word, type(said.error)) == ("unknown", MistypedGroup)
    assert said.error is not None
    assert said.error.facts["group"] == place // 6 + 1
    assert said.error.facts["typed"] == typed.split("-")[place // 6]


def test_a_code_with_two_mistakes_names_no_slip(papers: Papers) -> None:
    swapped = papers.code[:-2] + ("00" if papers.code[-2:] != "00" else "11")
    said = papers.till.check(swapped)
    assert isinstance(said.error, MistypedCode)
    assert said.word == "unknown"


def test_unknown_codes_may_be_tried_ten_times_in_ten_minutes(till: Till, clock: Clock) -> None:
    slip = handed_out(till)
    for serial in range(CODE_TRIES):
        said = till.check(typed_code.code_of(serial.to_bytes(8, "big")))
        assert (said.word, type(said.error)) == ("unknown", UnknownCode)
        clock.forward(seconds=1)
    waiting = till.check(slip.code)
    assert (waiting.word, type(waiting.error)) == ("unknown", TooManyTries)
    assert waiting.error is not None
    assert waiting.error.facts["minutes"] == CODE_WINDOW_MINUTES
    assert till.check(slip.text).good, "a scan is never made to wait"
    clock.forward(minutes=CODE_WINDOW_MINUTES, seconds=-CODE_TRIES - 1)
    assert type(till.check(slip.code).error) is TooManyTries
    clock.forward(seconds=1)
    assert till.check(slip.code).good


def test_mistyped_and_known_codes_are_no_tries(till: Till) -> None:
    slip = handed_out(till)
    mistyped = ("0" if slip.code[0] != "0" else "1") + slip.code[1:]
    for _ in range(3 * CODE_TRIES):
        assert type(till.check(mistyped).error) is MistypedGroup
        assert till.check(slip.code).good
    assert type(till.check(typed_code.code_of(bytes(8))).error) is UnknownCode


def test_a_code_is_not_taken_from_a_scan(papers: Papers) -> None:
    """A scanner reads the QR; what looks like a code came from somebody else's paper."""
    said = papers.till.scan(papers.code)
    assert isinstance(said, Verdict)
    assert type(said.error) is NotASlip


# Goods and actions


def test_a_goods_card_and_a_bar_code_are_their_good(papers: Papers) -> None:
    till = papers.till
    for good in till.goods():
        assert till.scan(goods_card(good.number)) == good
    honey = next(good for good in till.goods() if good.id == "honey")
    assert till.scan("4006381333931") == honey
    assert till.scan(" 4006381333931\n") == honey


def test_an_action_card_is_its_action(papers: Papers) -> None:
    for action in Action:
        assert papers.till.scan(action_card(action)) is action


@pytest.mark.parametrize(
    "text",
    ["", " ", "hello", goods_card(0), goods_card(99), "4006381333932", "5901234123457", "Y02GAAAAAA",
     "https://example.org/?q=1", "1" * 500],
)  # fmt: skip
def test_anything_else_is_calmly_not_one_of_ours(papers: Papers, text: str) -> None:
    bad(papers.till, text, "unknown", NotASlip)
    said = papers.till.check(text)
    assert type(said.error) is NotASlip


def test_a_good_that_is_no_longer_exchanged_is_not_one_of_ours(till: Till) -> None:
    honey = next(good for good in till.goods() if good.id == "honey")
    till.import_goods([replace(honey, retired=True)], "no more honey")
    for text in (goods_card(honey.number), "4006381333931"):
        bad(till, text, "unknown", NotASlip)
    till.import_goods([replace(GOODS[1])], "honey again")
    assert till.scan("4006381333931") == replace(honey)
