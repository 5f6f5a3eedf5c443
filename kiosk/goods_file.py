"""A catalogue as a CSV file: read it whole, or say line by line what is wrong with it.

The columns are those of assets/catalogue.csv; `id`, `unit`, `rate` and at least one `name_…` are
needed, the order is free, and `name_xx` and `plural_xx` may be given for any language. A file from a
stick is outside text: it has limits on size and length, and nothing of it is taken before all of it
is right.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

from db.amounts import parse_credits
from db.catalogue import CATEGORIES, ID, KINDS, UNITS, Good
from db.errors import BadCatalogue, FileUnreadable, KioskError
from kiosk.machine.outside import read_plain
from kiosk.messages import _, ngettext, sentence
from kiosk.scanning.barcodes import gtin
from kiosk.text import safe

LARGEST_FILE = 2_000_000
MOST_GOODS = 5_000
MOST_COLUMNS = 100
MOST_IN_A_CELL = 50
"""Bar codes of a good, and its names beside the first in one language."""
LONGEST_CELL = 10_000
"""Characters."""
MOST_PROBLEMS = 1_000
NAME_LENGTH = 60
_SHOWN_PROBLEMS = 8
_LANGUAGE_COLUMN = re.compile(r"(name|plural)_([a-z]{2,3})")
_DELIMITERS = ",;\t"
_JOINERS = {0x200C: None, 0x200D: None}  # right in Persian or Hindi, but never shown: see `safe`


def read_goods(path: Path) -> list[Good]:
    """The goods of a CSV file, in its order, all with number 0.

    Raises FileUnreadable, and BadCatalogue with a sentence for each line that is wrong.
    """
    rows = _rows(path)
    header = next(rows, (1, []))[1]
    problems = _header_problems(header)
    goods: list[Good] = []
    seen: dict[str, int] = {}
    codes: dict[str, int] = {}
    if not problems:
        for line, cells in rows:
            if not any(cell.strip() for cell in cells):
                continue
            found = _Row(line, header, cells)
            good = found.good()
            found.once(good.id, seen)
            for code in good.barcodes:
                found.once(code, codes)
            problems += found.problems
            goods.append(good)
            if len(goods) > MOST_GOODS:
                problems.append(_("more than {most} goods").format(most=MOST_GOODS))
                break
            if len(problems) > MOST_PROBLEMS:
                problems.append(_("more than {most} mistakes").format(most=MOST_PROBLEMS))
                break
        if not goods:
            problems.append(_("the file has no goods"))
    if problems:
        raise BadCatalogue(file=path.name, problems=_list(problems), lines=tuple(problems))
    return goods


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        raw = read_plain(path, LARGEST_FILE)
    except OSError as error:
        raise FileUnreadable(file=path.name, why=error.strerror or error) from error
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileUnreadable(
            file=path.name, why=_("it is not UTF-8 text (byte {byte})").format(byte=error.start)
        ) from error
    first = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            if max(map(len, cells), default=0) > LONGEST_CELL:
                # Our own limit: that of the csv module belongs to the whole process.
                raise csv.Error(
                    _("more than {most} characters in a cell").format(most=LONGEST_CELL)
                )
            yield reader.line_num, cells
    except csv.Error as error:
        raise BadCatalogue(
            file=path.name,
            problems=_("Line {line}: {problem}").format(line=reader.line_num, problem=error),
        ) from error


def _header_problems(header: list[str]) -> list[str]:
    if len(header) > MOST_COLUMNS:
        return [_("Line 1: more than {most} columns").format(most=MOST_COLUMNS)]
    names = [name.strip() for name in header]
    problems = [
        _("Line 1: the column “{column}” is missing").format(column=needed)
        for needed in ("id", "unit", "rate")
        if needed not in names
    ]
    if not any(name.startswith("name_") for name in names):
        problems.append(_("Line 1: no column with names, such as “name_en”"))
    known = {"id", "category", "kind", "unit", "rate", "barcodes"}
    problems += [
        _("Line 1: nobody knows the column “{column}”").format(column=safe(name, 40))
        for name in names
        if name not in known and not _LANGUAGE_COLUMN.fullmatch(name)
    ]
    if len(set(names)) != len(names):
        problems.append(_("Line 1: a column stands there twice"))
    return problems


class _Row:
    """One line of the file on its way to a good; `problems` are sentences."""

    def __init__(self, line: int, header: list[str], cells: list[str]) -> None:
        self.line = line
        self.problems: list[str] = []
        if len(cells) != len(header):
            self._wrong(
                _("{found} cells instead of {wanted}").format(found=len(cells), wanted=len(header))
            )
        self.cells = {name.strip(): cell.strip() for name, cell in zip(header, cells, strict=False)}

    def good(self) -> Good:
        """The good of this line; where `problems` is not empty it is not to be used."""
        names: dict[str, str] = {}
        others: dict[str, tuple[str, ...]] = {}
        for column, cell in self.cells.items():
            match = _LANGUAGE_COLUMN.fullmatch(column)
            if not match or not cell:
                continue
            if match[1] == "name":
                names[match[2]] = self._name(cell)
            else:
                others[match[2]] = tuple(self._name(form) for form in self._several(column, cell))
        if not names:
            self._wrong(_("the good has no name"))
        return Good(
            self._matching("id", ID.fullmatch),
            0,
            self._one_of("category", CATEGORIES, "household"),
            self._one_of("kind", KINDS, "good"),
            self._one_of("unit", UNITS, None),
            self._rate(),
            names,
            others,
            self._barcodes(),
        )

    def once(self, what: str, seen: dict[str, int]) -> None:
        """Note that `what` stands here, and complain where it stood before."""
        if what in seen:
            self._wrong(
                _("“{text}” stands in line {line} already").format(text=safe(what), line=seen[what])
            )
        seen[what] = self.line

    def _wrong(self, problem: str) -> None:
        self.problems.append(_("Line {line}: {problem}").format(line=self.line, problem=problem))

    def _name(self, text: str) -> str:
        name = " ".join(unicodedata.normalize("NFC", text.translate(_JOINERS)).split())
        if len(name) > NAME_LENGTH or safe(name, NAME_LENGTH) != name:
            self._wrong(
                _("“{text}” is too long or holds signs that can't be shown").format(
                    text=safe(name, 40)
                )
            )
        return name

    def _matching(self, column: str, fits: Callable[[str], object]) -> str:
        cell = self.cells.get(column, "")
        if not fits(cell):
            self._wrong(
                _("“{text}” is no {column}: 2–40 of a–z, 0–9 and -").format(
                    text=safe(cell, 40), column=column
                )
            )
        return cell

    def _one_of(self, column: str, choices: tuple[str, ...], default: str | None) -> str:
        cell = self.cells.get(column, "") or default or ""
        if cell not in choices:
            self._wrong(
                _("{column} “{text}” is none of {choices}").format(
                    column=column, text=safe(cell, 40), choices=", ".join(choices)
                )
            )
        return cell

    def _rate(self) -> int:
        try:
            return parse_credits(self.cells.get("rate", ""))
        except KioskError as error:
            self._wrong(sentence(error))
            return 0

    def _several(self, column: str, cell: str) -> list[str]:
        """What stands in a cell, with `;` between."""
        parts = [part for part in cell.split(";") if part.strip()]
        if len(parts) <= MOST_IN_A_CELL:
            return parts
        self._wrong(
            _("more than {most} in the column “{column}”").format(
                most=MOST_IN_A_CELL, column=column
            )
        )
        return []

    def _barcodes(self) -> tuple[str, ...]:
        codes = []
        for text in self._several("barcodes", self.cells.get("barcodes", "")):
            code = gtin(text.strip())
            if code is None:
                self._wrong(_("“{text}” is no bar code").format(text=safe(text, 40)))
            else:
                codes.append(code)
        return tuple(codes)


def _list(problems: list[str]) -> str:
    shown = [problem.rstrip(".") + "." for problem in problems[:_SHOWN_PROBLEMS]]
    more = len(problems) - len(shown)
    if more:
        shown.append(ngettext("And {more} more.", "And {more} more.", more).format(more=more))
    return " ".join(shown)
