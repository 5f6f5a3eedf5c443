"""Words as people type them: folded for comparing, and those that are measures.

Both languages of the kiosk are understood at once, because a table has neighbours of both. The unit
ids are those of db/catalogue.py; how a unit is called on the screen is left to the screens.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from fractions import Fraction

_LONGEST = 120  # characters of a name that are looked at; no good is called more than that
_APOSTROPHES = str.maketrans("", "", "'’ʼ´`")


def fold(text: str) -> list[str]:
    """The words of a name without case, accents, apostrophes and hyphens: `Té de Ñora` → te de nora."""
    plain = text[:_LONGEST].translate(_APOSTROPHES)
    if not plain.isascii():
        parts = unicodedata.normalize("NFKD", plain)
        plain = "".join(part for part in parts if not unicodedata.combining(part))
    return re.findall(r"[^\W_]+", plain.casefold())


def stem(word: str) -> str:
    """The word without the endings by which English and Spanish tell one from many.

    Not a dictionary's singular: two forms of one word only have to meet (berry and berries in
    `berri`, nuez and nueces in `nuec`).
    """
    if len(word) <= 3 and not word.endswith("z"):
        return word
    short = word.removesuffix("s").removesuffix("e")
    return short[:-1] + {"y": "i", "z": "c"}.get(short[-1], short[-1])


def stems(words: Iterable[str]) -> list[str]:
    """The stem of each word."""
    return [stem(word) for word in words]


_COUNTED = frozenset({"each", "pack", "bunch", "jar", "portion"})
"""Units of which a dozen is twelve, and of which a person may say pieces."""

_NONE = ""  # a word that surely is a measure, but of no size that all neighbours agree on

_SPELLINGS: Mapping[tuple[str, Fraction], str] = {
    ("kg", Fraction(1)): "kg kgs kilo kilos kilogram kilograms kilogramo kilogramos",
    ("kg", Fraction(1, 1000)): "g gr grs gram grams gramo gramos",
    ("kg", Fraction(45359237, 10**8)): "lb lbs pound pounds",
    ("kg", Fraction(45359237, 16 * 10**8)): "oz ounce ounces",
    ("l", Fraction(1)): "l lt lts liter liters litre litres litro litros",
    ("l", Fraction(1, 100)): "cl",
    ("l", Fraction(1, 1000)): "ml",
    ("h", Fraction(1)): "h hr hrs hs hour hours hora horas",
    ("h", Fraction(1, 60)): "min mins minute minutes minuto minutos",
    ("km", Fraction(1)): "km kms kilometer kilometers kilometre kilometres kilometro kilometros",
    ("each", Fraction(1)): (
        "each ea pc pcs piece pieces unit units pz pieza piezas ud uds unidad unidades"
    ),
    ("each", Fraction(12)): "dozen dozens doz docena docenas",
    ("pack", Fraction(1)): (
        "pack packs packet packets package packages paquete paquetes bag bags bolsa bolsas"
        " box boxes caja cajas"
    ),
    ("bunch", Fraction(1)): "bunch bunches manojo manojos atado atados ramo ramos",
    ("jar", Fraction(1)): "jar jars frasco frascos tarro tarros bote botes",
    ("portion", Fraction(1)): (
        "portion portions serving servings porcion porciones racion raciones"
    ),
    (_NONE, Fraction(1)): (
        "libra libras onza onzas pint pints quart quarts gallon gallons galon galones cup cups"
        " taza tazas bottle bottles botella botellas sack sacks saco sacos"
    ),
}
_UNITS = {word: meaning for meaning, words in _SPELLINGS.items() for word in words.split()}


def conversion(unit_text: str, unit: str) -> Fraction | None:
    """What one of the typed unit is worth in the good's unit; None where it can't count it."""
    measured, size = _UNITS.get("".join(fold(unit_text)), (_NONE, Fraction(1)))
    fits = measured == unit or (measured == "each" and unit in _COUNTED)
    return size if fits else None


def is_measure(word: str) -> bool:
    """Whether a typed word is a measure, be it one that can't be counted in."""
    return "".join(fold(word)) in _UNITS
