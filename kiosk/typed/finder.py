"""The goods that a typed name can mean, for the entry line and for command lines.

It works on goods as values and knows nothing of the database. Taking a phrase apart into quantity,
unit and name is kiosk/typed/phrases.py's work.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

from db.errors import N_, AmbiguousGood, UnknownGood
from kiosk.messages import _
from kiosk.typed.measures import conversion, fold, is_measure, stems

if TYPE_CHECKING:
    from db.catalogue import Good

_MOST_WORDS = 8  # typed words that are looked up
_MOST_CHOICES = 5  # names that a sentence can carry
_SHORTEST_MISTYPED = 4  # letters of a word in which a mistake is forgiven
_SHORTEST_MISTYPED_TWICE = 8


class MistypedGood(UnknownGood):
    """No good is called that, but some are called nearly that."""

    sentence = N_("The catalogue has no “{text}”. Did you mean {choices}?")


def forms(good: Good) -> Iterator[tuple[str | None, str]]:
    """Every form under which a good is known, with its language; its id has none."""
    yield None, good.id
    for code, name in good.names.items():
        yield code, name
    for code, others in good.others.items():
        for other in others:
            yield code, other


class _Typed(NamedTuple):
    words: list[str]  # folded
    text: str
    joined: str
    stem: str
    spelled: str | None  # with its accents, if it has any
    unit_stems: frozenset[str]
    countable: frozenset[str] | None  # units that the typed unit can count; None where none was


class _Form(NamedTuple):
    place: int  # of the good in the finder's catalogue
    unit: str  # of the good
    spoken: bool
    text: str
    joined: str
    stem: str
    stems: frozenset[str]
    spelled: str


class _Closeness(IntEnum):
    """How a form fits what was typed, closest first."""

    SAME = 0
    SAME_BUT_ENDING = 1
    BEGINS = 2
    SAME_ELSEWHERE = 3
    ENDING_ELSEWHERE = 4
    WORDS = 5
    BEGINS_ELSEWHERE = 6
    WORDS_ELSEWHERE = 7


_LEVELS = (
    {_Closeness.SAME},
    {_Closeness.SAME_BUT_ENDING},
    {_Closeness.SAME_ELSEWHERE},
    {_Closeness.ENDING_ELSEWHERE},
    {_Closeness.BEGINS, _Closeness.WORDS},
    {_Closeness.BEGINS_ELSEWHERE, _Closeness.WORDS_ELSEWHERE},
)
"""What a command line believes first; within a level two goods are ambiguous."""


class _Rank(NamedTuple):
    """Smaller is better, field by field."""

    mistakes: int
    unnamed: bool  # the typed unit is no word of the form
    misspelled: bool  # accents were typed, and the form does not have them
    inexact: bool
    unfit: bool  # the typed unit can't count the good
    closeness: _Closeness
    length: int
    place: int


def _closeness(form: _Form, typed: _Typed) -> _Closeness:
    if form.joined == typed.joined:
        return _Closeness.SAME if form.spoken else _Closeness.SAME_ELSEWHERE
    if form.stem == typed.stem:
        return _Closeness.SAME_BUT_ENDING if form.spoken else _Closeness.ENDING_ELSEWHERE
    if form.text.startswith(typed.text) or form.joined.startswith(typed.joined):
        return _Closeness.BEGINS if form.spoken else _Closeness.BEGINS_ELSEWHERE
    return _Closeness.WORDS if form.spoken else _Closeness.WORDS_ELSEWHERE


def _spelled(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


class Finder:
    """The goods that a typed name can mean, best first; built once for a catalogue and a language.

    Case, accents, hyphens and blanks are ignored (`childcare` is `child-care` is `Child care`), and
    so are plural endings. Retired goods are not found. In order:

    1. if a unit was typed, forms of which it is a word (`2 portions of cake`, `3 jar lids`);
    2. if accents were typed, forms that have them (`pañ` is no bread);
    3. the whole name, another form of it in the spoken language, then the same but for its ending;
    4. if a unit was typed, goods that it can count before goods that it can't;
    5. names in the spoken language that begin as typed;
    6. the whole name in another language, or the id;
    7. names in the spoken language in which each typed word begins some word, in any order;
    8. the same two in other languages.

    Within one rank the shorter form comes first, then the order of the catalogue. Only where all
    this finds nothing, words of four letters and more may hold one mistake (two from eight letters
    on): a letter too many, too few, another, or two exchanged.
    """

    def __init__(self, goods: Sequence[Good], language: str) -> None:
        self._language = language
        self._goods = [good for good in goods if not good.retired]
        self._units = {good.unit for good in self._goods}
        self._forms: list[_Form] = []
        self._by_word: dict[str, set[int]] = {}
        self._by_stem: dict[str, set[int]] = {}
        for place, good in enumerate(self._goods):
            for code, text in forms(good):
                spoken = code == language or (code is not None and language not in good.names)
                self._add(place, spoken, text)
        self._words = sorted(self._by_word)

    def _add(self, place: int, spoken: bool, text: str) -> None:
        words = fold(text)
        if not words:
            return
        number = len(self._forms)
        ends = stems(words)
        joined, stem = "".join(words), "".join(ends)
        self._forms.append(
            _Form(
                place,
                self._goods[place].unit,
                spoken,
                " ".join(words),
                joined,
                stem,
                frozenset(ends),
                _spelled(text),
            )
        )
        self._by_stem.setdefault(stem, set()).add(number)
        for word in {*words, joined}:
            self._by_word.setdefault(word, set()).add(number)

    def complete(self, name: str, limit: int = 8, unit: str | None = None) -> list[Good]:
        """At most `limit` goods for the beginning of a name, best first; none for an empty name.

        `unit` is the phrase's `unit_text`.
        """
        typed = self._typed(name, unit)
        ranks = self._ranks(typed, self._found(typed) or self._mistyped(typed))
        return [self._goods[place] for place in _places(ranks)[:limit]]

    def resolve(self, name: str, unit: str | None = None) -> Good:
        """The one good that a name on a command line means; nobody is there to choose.

        It is the whole name of one good in the spoken language, or else in another or its id, or
        the beginning of only one (of only one that `unit` can count). Raises AmbiguousGood with the
        choices, MistypedGood where only a mistake could explain it, UnknownGood.
        """
        typed = self._typed(name, unit)
        ranks = self._ranks(typed, self._found(typed))
        if not ranks:
            near = self._ranks(typed, self._mistyped(typed))
            if near:
                raise MistypedGood(text=name, choices=self._choices(near))
            raise UnknownGood(text=name)
        likely = min((rank.unnamed, rank.misspelled) for rank in ranks)
        ranks = [rank for rank in ranks if (rank.unnamed, rank.misspelled) == likely]
        best = next(filter(None, ([r for r in ranks if r.closeness in level] for level in _LEVELS)))
        best = [rank for rank in best if not rank.unfit] or best
        if len(_places(best)) > 1:
            raise AmbiguousGood(text=name, choices=self._choices(best))
        return self._goods[best[0].place]

    def _choices(self, ranks: Sequence[_Rank]) -> str:
        names = [self._goods[place].name(self._language) for place in _places(ranks)]
        if len(names) == 1:
            return names[0]
        if len(names) > _MOST_CHOICES:
            shown, more = names[: _MOST_CHOICES - 1], len(names) - _MOST_CHOICES + 1
            return _("{some} and {count} more").format(some=", ".join(shown), count=more)
        return _("{some} or {last}").format(some=", ".join(names[:-1]), last=names[-1])

    def _typed(self, name: str, unit: str | None) -> _Typed:
        words = fold(name)
        if len(words) > _MOST_WORDS:
            words = []
        countable = None
        if unit is not None:
            countable = frozenset(one for one in self._units if conversion(unit, one) is not None)
        return _Typed(
            words,
            " ".join(words),
            "".join(words),
            "".join(stems(words)),
            None if name.isascii() else _spelled(name),
            frozenset(stems(fold(unit or ""))),
            countable,
        )

    def _ranks(self, typed: _Typed, mistakes: Mapping[int, int]) -> list[_Rank]:
        """The rank of each form that was found, given the mistakes that it took."""
        countable = typed.countable
        ranks = []
        for number, count in mistakes.items():
            form = self._forms[number]
            closeness = _closeness(form, typed)
            unnamed = form.stems.isdisjoint(typed.unit_stems)
            unfit = unnamed and countable is not None and form.unit not in countable
            misspelled = typed.spelled is not None and typed.spelled not in form.spelled
            inexact = closeness > _Closeness.SAME_BUT_ENDING
            ranks.append(
                _Rank(
                    count,
                    unnamed,
                    misspelled,
                    inexact,
                    unfit,
                    closeness,
                    len(form.text),
                    form.place,
                )
            )
        return ranks

    def _found(self, typed: _Typed) -> dict[int, int]:
        """The forms that what was typed can mean without a mistake."""
        if not typed.words:
            return {}
        forms = set.intersection(*map(self._beginning, typed.words))
        forms |= self._beginning(typed.joined) | self._by_stem.get(typed.stem, set())
        if not forms:
            forms = set.intersection(*map(self._beginning_of_any_number, typed.words))
        return dict.fromkeys(forms, 0)

    def _beginning(self, word: str) -> set[int]:
        """The forms that have a word that begins so."""
        start = bisect_left(self._words, word)
        end = bisect_left(self._words, word + "\U0010ffff", start)
        return set().union(*(self._by_word[found] for found in self._words[start:end]))

    def _beginning_of_any_number(self, word: str) -> set[int]:
        forms = self._beginning(word)
        for ending in ("s", "es"):
            if word.endswith(ending) and len(word) > len(ending) + 2:
                forms |= self._beginning(word.removesuffix(ending))
        return forms

    def _mistyped(self, typed: _Typed) -> dict[int, int]:
        """The forms that a typing mistake or two would explain, with the number of mistakes."""
        if not typed.words or is_measure(typed.joined):  # `3 hours` is not yet a name
            return {}
        mistakes: dict[int, int] = {}
        for words in {tuple(typed.words), (typed.joined,)}:
            found = [self._nearly(word) for word in words]
            for number in set(found[0]).intersection(*found[1:]):
                count = sum(near[number] for near in found)
                mistakes[number] = min(count, mistakes.get(number, count))
        return mistakes

    def _nearly(self, word: str) -> dict[int, int]:
        """The forms that have a word that begins nearly so, with the number of mistakes."""
        forms = dict.fromkeys(self._beginning(word), 0)
        if len(word) < _SHORTEST_MISTYPED:
            return forms
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        allowed = 1 if len(word) < _SHORTEST_MISTYPED_TWICE else 2
        # A letter left out or doubled makes the same beginning one longer or shorter than typed.
        for length in (len(word) - 1, len(word), len(word) + 1):
            beginnings = [known[:length] for known in self._words]
            for _text, count, at in process.extract(
                word, beginnings, scorer=OSA.distance, score_cutoff=allowed, limit=None
            ):
                for number in self._by_word[self._words[at]]:
                    forms[number] = min(count, forms.get(number, count))
        return forms


def _places(ranks: Sequence[_Rank]) -> list[int]:
    """Each good once, at its best rank."""
    return list(dict.fromkeys(rank.place for rank in sorted(ranks)))
