"""Any few shares rebuild the key, fewer give nothing, and a mistyped word is named."""

from __future__ import annotations

import re
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shamir_mnemonic import MnemonicError, combine_mnemonics
from shamir_mnemonic import Share as TheirShare
from shamir_mnemonic.wordlist import WORDLIST

from db.errors import BadSetting
from kiosk.slips import shares
from kiosk.slips.shares import (
    MistypedShare,
    NoShareOfAKey,
    OtherSplit,
    SeveralMistyped,
    SharesDoNotFit,
    SharesMissing,
    ShareTwice,
    WordMissing,
    WordMistyped,
    WordsSwapped,
    WordTooMany,
    WordUnknown,
    WrongNumberOfWords,
)
from kiosk.slips.signing import MarketKey

KEY = MarketKey(bytes(range(32)))
TWO_OF_THREE = shares.split(KEY, 3, 2)
SHARE = TWO_OF_THREE[1]
PLACES = st.integers(0, shares.WORDS - 1)
LISTED = st.sampled_from(WORDLIST)


def text(words: object) -> str:
    return " ".join(words)  # type: ignore[call-overload, no-any-return]


def refused(words: list[str]) -> MistypedShare:
    with pytest.raises(MistypedShare) as caught:
        shares.read(text(words))
    return caught.value


# The key, and back


@pytest.mark.parametrize("pair", list(combinations(TWO_OF_THREE, 2)))
def test_each_pair_of_two_of_three_rebuilds_the_key(pair: tuple[shares.Share, ...]) -> None:
    for order in (pair, pair[::-1]):
        assert shares.rebuild(order).seed() == KEY.seed()


@pytest.mark.parametrize("one", TWO_OF_THREE)
def test_a_single_share_gives_nothing(one: shares.Share) -> None:
    with pytest.raises(SharesMissing) as caught:
        shares.rebuild([one])
    assert caught.value.facts == {"needed": 2, "given": 1}
    with pytest.raises(MnemonicError):
        combine_mnemonics([text(one.words)])
    assert KEY.seed() not in (value := TheirShare.from_mnemonic(text(one.words)).value)
    assert len(value) == 32


def test_what_stands_on_a_sheet_is_drawn_anew_with_each_split() -> None:
    drawn = {shares.split(KEY, 2, 2)[0].words[4:30] for _ in range(20)}
    assert len(drawn) == 20


@settings(max_examples=20, deadline=None)
@given(seed=st.binary(min_size=32, max_size=32), data=st.data())
def test_any_key_comes_back_from_any_shares_that_are_enough(
    seed: bytes, data: st.DataObject
) -> None:
    number = data.draw(st.integers(2, 6))
    needed = data.draw(st.integers(2, number))
    made = shares.split(MarketKey(seed), number, needed)
    chosen = data.draw(st.permutations(made))[:needed]
    assert shares.rebuild(chosen).seed() == seed
    with pytest.raises(SharesMissing):
        shares.rebuild(chosen[1:])


def test_all_shares_together_rebuild_the_key_too() -> None:
    assert shares.rebuild(TWO_OF_THREE).seed() == KEY.seed()


@pytest.mark.parametrize(("number", "needed"), [(1, 1), (3, 1), (3, 4), (17, 2), (0, 0)])
def test_what_protects_nothing_or_cannot_be_is_refused(number: int, needed: int) -> None:
    with pytest.raises(BadSetting) as caught:
        shares.split(KEY, number, needed)
    assert caught.value.facts["why"] == ("2–16" if number in (0, 1, 17) else f"2–{number}")


def test_as_many_shares_as_may_be_rebuild_the_key_and_so_does_nothing_less() -> None:
    made = shares.split(KEY, 16, 16)
    assert shares.rebuild(made).seed() == KEY.seed()
    assert shares.rebuild(shares.split(KEY, 2, 2)).seed() == KEY.seed()
    with pytest.raises(SharesMissing) as caught:
        shares.rebuild(made[:15])
    assert caught.value.facts == {"needed": 16, "given": 15}


def test_no_share_at_all_is_two_too_few() -> None:
    with pytest.raises(SharesMissing) as caught:
        shares.rebuild([])
    assert caught.value.facts == {"needed": 2, "given": 0}


def test_a_share_knows_its_number_and_how_many_are_needed() -> None:
    for number, one in enumerate(shares.split(KEY, 5, 3), start=1):
        read = shares.read(text(one.words))
        assert read == one
        assert (read.number, read.needed) == (number, 3)


def test_a_share_does_not_show_its_words() -> None:
    shown = set(re.findall(r"\w+", repr(SHARE)))
    assert {"Share", "number", "needed"} <= shown
    assert not set(SHARE.words) & (shown - {"number", "needed"})


# Sheets that were mixed up


def test_shares_of_two_splits_are_told_apart_by_their_first_words() -> None:
    for other in (KEY, MarketKey.generate()):
        strange = shares.split(other, 3, 2)[0]
        with pytest.raises(OtherSplit) as caught:
            shares.rebuild([SHARE, strange])
        assert caught.value.facts == {"these": strange.split, "those": SHARE.split}
        assert strange.split == text(strange.words[:2])


def test_the_same_share_twice_counts_once() -> None:
    with pytest.raises(ShareTwice):
        shares.rebuild([SHARE, SHARE])


def test_a_share_of_a_wallet_is_none_of_a_market() -> None:
    from shamir_mnemonic import generate_mnemonics

    for groups, count in (([(2, 3)], 1), ([(1, 1), (1, 1)], 2)):
        for secret in (bytes(16), bytes(32)):
            mnemonic = generate_mnemonics(count, groups, secret)[0][0]
            if (len(secret), count) == (32, 1):
                continue  # which is what ours are
            with pytest.raises((NoShareOfAKey, WrongNumberOfWords)):
                shares.read(mnemonic)


# How a share is typed


def test_a_share_is_read_however_it_is_typed() -> None:
    numbered = "\n".join(f"{at:2}. {word}" for at, word in enumerate(SHARE.words, 1))
    columns = "\n".join(
        "   ".join(f"{at + 1} {SHARE.words[at]}" for at in range(row, 33, 11)) for row in range(11)
    )
    for typed in (
        text(SHARE.words), text(SHARE.words).upper(), "\n".join(SHARE.words),
        ", ".join(SHARE.words), columns, f"Share 2 of 3\nAny 2 of 3 sheets\n{numbered}\nkey 00ff\n",
    ):  # fmt: skip
        assert shares.read(typed) == SHARE


@settings(max_examples=40)
@given(place=PLACES, other=LISTED)
def test_a_word_for_another_is_named_with_the_right_one(place: int, other: str) -> None:
    words = list(SHARE.words)
    words[place] = other
    if other == SHARE.words[place]:
        return
    error = refused(words)
    assert type(error) is WordMistyped
    assert (error.place, error.facts["word"]) == (place, other)
    assert error.facts["likely"] == SHARE.words[place]


@settings(max_examples=40)
@given(place=PLACES, typed=st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyzäß"), min_size=1))
def test_a_word_of_no_list_is_named_with_the_right_one(place: int, typed: str) -> None:
    words = list(SHARE.words)
    words[place] = typed
    if typed in WORDLIST:
        return
    error = refused(words)
    assert type(error) is WordMistyped
    assert (error.place, error.facts["likely"]) == (place, SHARE.words[place])


def checked(data: list[int]) -> list[str]:
    """The words of a share that begins with these 30, with the checksum of the standard's authors."""
    from shamir_mnemonic import rs1024

    return [WORDLIST[at] for at in (*data, *rs1024.create_checksum(data, b"shamir_extendable"))]


@pytest.mark.parametrize("place", [0, 7, 29])
def test_the_first_and_the_last_word_of_the_list_are_named_too(place: int) -> None:
    for right, wrong in ((0, "akademisch"), (1023, "zerro"), (0, WORDLIST[1023])):
        words = checked([right if at == place else 17 * at for at in range(30)])
        assert words[place] == WORDLIST[right]
        words[place] = wrong
        error = refused(words)
        assert type(error) is WordMistyped
        assert (error.place, error.facts["likely"]) == (place, WORDLIST[right])


def test_the_first_of_several_words_of_no_list_is_named() -> None:
    words = list(SHARE.words)
    words[4], words[20] = "birdd", "qqq"
    error = refused(words)
    assert type(error) is WordUnknown
    assert error.place == 4


def test_two_words_in_the_wrong_order_are_named() -> None:
    for place in range(shares.WORDS - 1):
        words = list(SHARE.words)
        words[place], words[place + 1] = words[place + 1], words[place]
        if words != list(SHARE.words):
            error = refused(words)
            assert type(error) is WordsSwapped
            assert error.facts == {
                "number": place + 1, "next": place + 2,
                "word": words[place], "likely": words[place + 1],
            }  # fmt: skip


@settings(max_examples=40)
@given(place=PLACES)
def test_a_word_that_was_left_out_is_named(place: int) -> None:
    words = [*SHARE.words[:place], *SHARE.words[place + 1 :]]
    error = refused(words)
    assert type(error) is WordMissing
    likely = error.facts["likely"]
    assert [*words[: error.place], likely, *words[error.place :]] == list(SHARE.words)


@settings(max_examples=40)
@given(place=st.integers(0, shares.WORDS), more=LISTED | st.just("qqq"))
def test_a_word_too_many_is_named(place: int, more: str) -> None:
    words = [*SHARE.words[:place], more, *SHARE.words[place:]]
    error = refused(words)
    assert type(error) is WordTooMany
    assert error.place is not None
    del words[error.place]
    assert words == list(SHARE.words)


@settings(max_examples=40)
@given(first=PLACES, second=PLACES, words=st.tuples(LISTED, LISTED))
def test_two_wrong_words_are_never_taken_for_a_share(
    first: int, second: int, words: tuple[str, str]
) -> None:
    typed = list(SHARE.words)
    typed[first], typed[second] = words
    if typed != list(SHARE.words):
        assert type(refused(typed)) in (WordMistyped, WordsSwapped, SeveralMistyped)


@settings(max_examples=40)
@given(st.text() | st.lists(LISTED, max_size=40).map(text))
def test_whatever_is_typed_is_refused_in_words_or_a_share(typed: str) -> None:
    with pytest.raises((MistypedShare, NoShareOfAKey)):
        shares.read(typed)


# Completion


def test_four_letters_complete_every_word() -> None:
    for word in WORDLIST:
        assert shares.completed(word[:4]) == word
        assert word in shares.completions(word[:4])
    assert shares.completed("a") == "a"
    assert shares.completed("") == ""
    assert shares.completions("ac", 3) == ["academic", "acid", "acne"]
    assert shares.completions("zzz") == []
    assert shares.completions("") == list(WORDLIST[:6])


def test_of_a_text_without_an_end_the_beginning_is_read() -> None:
    assert shares.words_in("a " * 9999 + "bc")[-1] == "bc"
    assert shares.words_in("a " * 9999 + "bcd")[-1] == "bc"


def test_words_that_are_no_share_at_all_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(_words: str) -> TheirShare:
        raise MnemonicError("padding")

    monkeypatch.setattr(TheirShare, "from_mnemonic", refuses)
    with pytest.raises(NoShareOfAKey):
        shares.read(text(SHARE.words))


def test_shares_that_do_not_fit_each_other_give_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(_words: list[str]) -> bytes:
        raise MnemonicError("digest")

    monkeypatch.setattr("shamir_mnemonic.combine_mnemonics", refuses)
    with pytest.raises(SharesDoNotFit):
        shares.rebuild(TWO_OF_THREE[:2])


def test_a_word_that_was_left_out_beside_another_mistake_is_counted() -> None:
    words = list(SHARE.words)
    words[3] = next(word for word in WORDLIST if word not in words)
    del words[20]
    assert isinstance(refused(words), WrongNumberOfWords)
    words = [*SHARE.words, SHARE.words[0]]
    words[3] = "tomatoes"
    words[7] = "basket"
    assert isinstance(refused(words), WrongNumberOfWords)
