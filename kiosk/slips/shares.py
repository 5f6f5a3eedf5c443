"""The market's key in shares of 33 words: any few of them rebuild it, fewer tell nothing.

SLIP-39 (https://github.com/satoshilabs/slips/blob/master/slip-0039.md) through shamir-mnemonic: one
group, no passphrase, the key's seed of 32 bytes as the master secret. Words 1 and 2 name the split: they
are the same in all shares of one split, and in no others. The last three words are a checksum, which
tells most mistakes from one another: `read` says which word is wrong, and what it should be. Where the
shares are printed and who types them is left to the callers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from db.errors import N_, BadSetting, Refused
from kiosk.slips.signing import SEED_LENGTH, MarketKey

WORDS = 33
"""Words of a share."""

MOST_SHARES = 16
LONGEST_TEXT = 20_000
"""Characters of a share as it is typed or read from a file; ours have fewer than two thousand."""

_NUMBERED = re.compile(r"(\d{1,2})[.)]?\s+([^\W\d_]+)\s*")
_LINE = re.compile(rf"\s*(?:{_NUMBERED.pattern})+")
_WORD = re.compile(r"[^\W\d_]+")
_CUSTOMIZATION = b"shamir_extendable"
_GENERATOR = (
    0xE0E040, 0x1C1C080, 0x3838100, 0x7070200, 0xE0E0009,
    0x1C0C2412, 0x38086C24, 0x3090FC48, 0x21B1F890, 0x3F3F120,
)  # fmt: skip
_SYMBOL = 1023


class MistypedShare(Refused):
    """A share that can't be: its words are not those of any sheet. `place` is where to look, from 0,
    None where nobody can tell."""

    @property
    def place(self) -> int | None:
        """The word that is wrong, from 0."""
        number = self.facts.get("number")
        return number - 1 if isinstance(number, int) else None


class WordMistyped(MistypedShare):
    sentence = N_(
        "Word {number}, “{word}”, is mistyped: it is likely “{likely}”. Compare it with the sheet."
    )


class WordUnknown(MistypedShare):
    sentence = N_("Word {number}, “{word}”, is none of the words on the sheets. Compare it there.")


class WordsSwapped(MistypedShare):
    sentence = N_("Words {number} and {next}, “{word}” and “{likely}”, stand in the wrong order.")


class WordMissing(MistypedShare):
    sentence = N_(
        "There are 32 words, and a share has 33: word {number} is missing, likely “{likely}”."
    )


class WordTooMany(MistypedShare):
    sentence = N_("There are 34 words, and a share has 33: word {number}, “{word}”, is too many.")


class WrongNumberOfWords(MistypedShare):
    sentence = N_("There are {count} words, and a share has 33. Compare them with the sheet.")


class SeveralMistyped(MistypedShare):
    sentence = N_(
        "More than one word is mistyped, and nobody can tell which. Compare each with the sheet."
    )


class NoShareOfAKey(Refused):
    sentence = N_("These words are a share of something else, not of a market's key.")


class ShareTwice(Refused):
    sentence = N_("Share {share} was given already. Another steward's sheet is needed.")


class OtherSplit(Refused):
    sentence = N_(
        "This sheet begins with “{these}”, and the others begin with “{those}”: they are of different "
        "splits, or of another market. Sheets that belong together begin with the same two words."
    )


class SharesMissing(Refused):
    sentence = N_("Different shares needed: {needed}. Given so far: {given}.")


class SharesDoNotFit(Refused):
    sentence = N_(
        "These shares give no key together: they were not made in one go. Bring other sheets."
    )


@dataclass(frozen=True, slots=True)
class Share:
    """One share. `number` is its own, from 1; any `needed` of one split rebuild the key."""

    words: tuple[str, ...] = field(repr=False)
    number: int
    needed: int

    @property
    def split(self) -> str:
        """The two words that name the split."""
        return " ".join(self.words[:2])


def split(key: MarketKey, shares: int, needed: int) -> list[Share]:
    """Split a key into `shares`, any `needed` of which rebuild it; another split each time.

    Raises BadSetting where that is not 2 to 16 shares, and at least 2 of them needed.
    """
    from shamir_mnemonic import generate_mnemonics

    if not 2 <= shares <= MOST_SHARES:
        raise BadSetting(text=shares, setting=N_("the number of shares"), why=f"2–{MOST_SHARES}")
    if not 2 <= needed <= shares:
        raise BadSetting(text=needed, setting=N_("how many are needed"), why=f"2–{shares}")
    ((*mnemonics,),) = generate_mnemonics(1, [(needed, shares)], key.seed())
    return [Share(tuple(one.split()), at, needed) for at, one in enumerate(mnemonics, start=1)]


def words_in(text: str) -> list[str]:
    """The words of a share in a text: in lines of words with numbers before them, as on a printed
    sheet, those in the order of their numbers; where there are no such lines all words."""
    typed = text[:LONGEST_TEXT].lower()
    numbered = [
        (int(number), word)
        for line in typed.splitlines()
        if _LINE.fullmatch(line)
        for number, word in _NUMBERED.findall(line)
    ]
    return [word for _number, word in sorted(numbered, key=_first)] or _WORD.findall(typed)


def _first(numbered: tuple[int, str]) -> int:
    return numbered[0]


def read(text: str) -> Share:
    """The share whose words these are; raises MistypedShare, which says which word is wrong as far as
    can be told, and NoShareOfAKey."""
    words = words_in(text)
    known = _places()
    wrong = _mistake(words, known)
    if wrong is not None:
        raise wrong
    from shamir_mnemonic import MnemonicError
    from shamir_mnemonic import Share as Parsed

    try:
        parsed = Parsed.from_mnemonic(" ".join(words))
    except MnemonicError:
        raise NoShareOfAKey() from None
    if parsed.group_count != 1 or len(parsed.value) != SEED_LENGTH or not parsed.extendable:
        raise NoShareOfAKey()
    return Share(tuple(words), parsed.index + 1, parsed.member_threshold)


def joining(share: Share, others: Sequence[Share]) -> None:
    """Refuse a share that does not belong to the others, or is one of them: OtherSplit, ShareTwice."""
    for other in others:
        if share.split != other.split or share.needed != other.needed:
            raise OtherSplit(these=share.split, those=other.split)
        if share.number == other.number:
            raise ShareTwice(share=share.number)


def rebuild(shares: Sequence[Share]) -> MarketKey:
    """The key that shares of one split give. Raises OtherSplit, ShareTwice, SharesMissing,
    SharesDoNotFit."""
    from shamir_mnemonic import MnemonicError, combine_mnemonics

    for at, share in enumerate(shares):
        joining(share, shares[:at])
    needed = shares[0].needed if shares else 2
    if len(shares) < needed:
        raise SharesMissing(needed=needed, given=len(shares))
    try:
        return MarketKey(combine_mnemonics([" ".join(one.words) for one in shares[:needed]]))
    except MnemonicError:
        raise SharesDoNotFit() from None


def completions(beginning: str, most: int = 6) -> list[str]:
    """Words of the list that begin so, in their order."""
    typed = beginning.strip().lower()
    found = (word for word in _places() if word.startswith(typed))
    return [word for _number, word in zip(range(most), found, strict=False)]


def completed(typed: str) -> str:
    """The one word that begins so, where enough of it was typed to tell; else what was typed."""
    word = typed.strip().lower()
    found = completions(word)
    return found[0] if word and len(found) == 1 else word


@cache
def _places() -> dict[str, int]:
    from shamir_mnemonic.wordlist import WORDLIST

    return {word: place for place, word in enumerate(WORDLIST)}


# Which word is wrong


def _mistake(words: Sequence[str], known: dict[str, int]) -> MistypedShare | None:
    """What is wrong with a share as it was typed, None where its checksum fits."""
    places = [known.get(word) for word in words]
    strange = [at for at, place in enumerate(places) if place is None]
    listed = list(known)
    if len(words) != WORDS:
        return _of_another_length(words, places, listed)
    if strange:
        return _not_listed(words, places, strange, listed)
    symbols = [place for place in places if place is not None]
    syndrome = _syndrome(symbols)
    if syndrome == 0:
        return None
    for at, delta in _single_errors(syndrome, WORDS):
        likely = listed[symbols[at] ^ delta]
        return WordMistyped(number=at + 1, word=words[at], likely=likely)
    for at in range(WORDS - 1):
        swapped = [*symbols[:at], symbols[at + 1], symbols[at], *symbols[at + 2 :]]
        if _syndrome(swapped) == 0:
            return WordsSwapped(number=at + 1, next=at + 2, word=words[at], likely=words[at + 1])
    return SeveralMistyped()


def _not_listed(
    words: Sequence[str],
    places: Sequence[int | None],
    strange: Sequence[int],
    listed: Sequence[str],
) -> MistypedShare:
    """A word that no sheet has; where it is the only mistake the checksum knows the right one."""
    at = strange[0]
    if len(strange) == 1:
        delta = _delta_at(at, [place or 0 for place in places])
        if delta is not None:
            return WordMistyped(number=at + 1, word=words[at], likely=listed[delta])
    return WordUnknown(number=at + 1, word=words[at])


def _of_another_length(
    words: Sequence[str], places: Sequence[int | None], listed: Sequence[str]
) -> MistypedShare:
    symbols = [place for place in places if place is not None]
    if len(symbols) == len(words) == WORDS - 1:
        for at in range(WORDS):
            delta = _delta_at(at, [*symbols[:at], 0, *symbols[at:]])
            if delta is not None:
                return WordMissing(number=at + 1, likely=listed[delta])
    if len(words) == WORDS + 1:
        for at in range(len(words)):
            rest = [*places[:at], *places[at + 1 :]]
            kept = [place for place in rest if place is not None]
            if len(kept) == WORDS and _syndrome(kept) == 0:
                return WordTooMany(number=at + 1, word=words[at])
    return WrongNumberOfWords(count=len(words))


def _delta_at(at: int, symbols: Sequence[int]) -> int | None:
    """What must be added to the symbol in a place for the checksum to fit; None where nothing will."""
    errors = _single_errors(_syndrome(symbols), WORDS)
    return next((delta for place, delta in errors if place == at), None)


def _single_errors(syndrome: int, length: int) -> Iterator[tuple[int, int]]:
    """The places whose symbol alone explains a checksum that does not fit, and what to add to it.

    A symbol that is wrong by `delta` leaves `delta` in the checksum, and each symbol after it one step
    of the polynomial. So the steps are taken back until nothing is left but a symbol. The code has
    distance 4: of a single mistake there is one explanation. Where the checksum fits, each place is
    named with nothing to add.
    """
    for at in reversed(range(length)):
        if syndrome <= _SYMBOL:
            yield at, syndrome
        syndrome = _stepped_back(syndrome)


def _syndrome(symbols: Sequence[int]) -> int:
    """0 where the RS1024 checksum of SLIP-39 fits."""
    checksum = 1
    for symbol in (*_CUSTOMIZATION, *symbols):
        checksum = ((checksum & 0xFFFFF) << 10 | symbol) ^ _times_generator(checksum >> 20)
    return checksum ^ 1


def _times_generator(symbol: int) -> int:
    product = 0
    for bit, coefficients in enumerate(_GENERATOR):
        if symbol >> bit & 1:
            product ^= coefficients
    return product


@cache
def _by_last_symbol() -> dict[int, int]:
    return {_times_generator(symbol) & _SYMBOL: symbol for symbol in range(_SYMBOL + 1)}


def _stepped_back(checksum: int) -> int:
    first = _by_last_symbol()[checksum & _SYMBOL]
    return (checksum ^ _times_generator(first)) >> 10 | first << 20
