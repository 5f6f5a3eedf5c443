"""Goods that are new: one from a form, or a whole list from a CSV file."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from db.amounts import parse_credits
from db.catalogue import CATEGORIES, KINDS, UNITS, Good
from db.errors import N_, BadCatalogue, GoodExists, MissingDecision, Refused
from kiosk.goods_file import NAME_LENGTH, read_goods
from kiosk.messages import _, language, ngettext
from kiosk.screens.card import Card, show_lost
from kiosk.screens.form import FormScreen
from kiosk.text import safe
from kiosk.typed.measures import fold
from kiosk.widgets.form import Field
from kiosk.wording import category, lost_on_paper, unit

if TYPE_CHECKING:
    from kiosk.till import Till

ID_LENGTH = 36
MOST_PROBLEMS = 200
"""Problems of a file that a card shows: nobody reads on."""


class GoodNameMissing(Refused):
    sentence = N_("The good needs a name, at most 60 letters long.")


class FileNameMissing(Refused):
    sentence = N_("Which file? Type where it lies, such as /media/stick/goods.csv.")


class NewGoodScreen(FormScreen):
    """One good."""

    CARD = (
        N_("New good"),
        N_("A good or a service that neighbours bring, take or give."),
        N_("The unit is what it is counted in; the rate is for one of it, such as 2 or 1.5."),
        N_("The decision's words stand in the ledger: who decided what, and when."),
        N_("Names in other languages, plurals and bar codes come with an import."),
    )

    def title_text(self) -> str:
        return _("New good")

    def fields(self) -> list[Field]:
        kinds = {"good": _("good"), "service": _("service")}
        return [
            Field("name", _("Name"), _("as people say it")),
            Field("category", _("Category"), _("← →"),
                  choices=tuple((one, category(one)) for one in CATEGORIES)),
            Field("unit", _("Unit"), _("← → what it is counted in"),
                  choices=tuple((one, unit(one)) for one in UNITS)),
            Field("kind", _("Kind"), _("← →"),
                  choices=tuple((one, kinds[one]) for one in KINDS)),
            Field("rate", _("Credits"), _("for one unit"), beside=True),
            Field("decision", _("Decision"), _("who decided, and when: “assembly of 3 May”")),
        ]  # fmt: skip

    async def submit(self, values: dict[str, str]) -> str:
        name = safe(values["name"], NAME_LENGTH + 1)
        if not 0 < len(name) <= NAME_LENGTH:
            raise GoodNameMissing()
        rate = parse_credits(values["rate"])
        if not values["decision"]:
            raise MissingDecision()
        spoken = language()
        app = self.app
        lost = await self.ask(lambda till: _add(till, name, spoken, values, rate))
        said = await self.done(_("{good} is in the catalogue.").format(good=name))
        await show_lost(app, lost)
        return said


def _add(till: Till, name: str, spoken: str, values: dict[str, str], rate: int) -> str:
    """Add it; gives what to say of letters that its card will lack."""
    known = till.goods(retired=True)
    if any(fold(one.name(spoken)) == fold(name) for one in known):
        raise GoodExists(good=name)
    id = good_id(name, {one.id for one in known})
    wanted = Good(
        id, 0, values["category"], values["kind"], values["unit"], rate, {spoken: name}
    )  # fmt: skip
    till.add_good(wanted, values["decision"])
    return lost_on_paper([name])


def good_id(name: str, taken: Collection[str]) -> str:
    """An id of [a-z0-9-] made from a name, not among those `taken`; a name in another script gets
    a plain one."""
    plain = re.sub(r"[^a-z0-9]+", "-", "-".join(fold(name))).strip("-")[:ID_LENGTH].strip("-")
    if len(plain) < 2:
        plain = f"good-{plain}".strip("-")
    if plain not in taken:
        return plain
    return next(f"{plain}-{n}" for n in range(2, len(taken) + 3) if f"{plain}-{n}" not in taken)


class ImportScreen(FormScreen):
    """A CSV file, all of it or nothing."""

    CARD = (
        N_("Import goods"),
        N_("A CSV file with the columns id, unit, rate and name_en (name_es, category, kind, "
           "plural_en, barcodes as well)."),
        N_("A good with an id that the catalogue knows is changed; others are added."),
        N_("Where anything is wrong, each line is named and nothing is taken."),
    )  # fmt: skip

    def title_text(self) -> str:
        return _("Import goods")

    def intro(self) -> str:
        return _("All of the file is taken, or nothing of it.")

    def fields(self) -> list[Field]:
        return [
            Field("file", _("File"), _("such as /media/stick/goods.csv")),
            Field("decision", _("Decision"), _("who decided, and when: “assembly of 3 May”")),
        ]

    async def submit(self, values: dict[str, str]) -> str:
        if not values["file"]:
            raise FileNameMissing()
        if not values["decision"]:
            raise MissingDecision()
        app = self.app
        try:
            changed, lost = await self.ask(
                lambda till: _import(till, values["file"], values["decision"])
            )
        except BadCatalogue as error:
            self._show_problems(error)
            return _("Nothing was imported.")
        said = await self.done(
            ngettext(
                "{number} good is new or changed.", "{number} goods are new or changed.", changed
            ).format(number=changed)
        )
        await show_lost(app, lost)
        return said

    def _show_problems(self, error: BadCatalogue) -> None:
        problems = error.facts.get("lines") or (error.facts["problems"],)
        assert isinstance(problems, tuple)
        lines = [safe(problem, 300) for problem in problems[:MOST_PROBLEMS]]
        if len(problems) > MOST_PROBLEMS:
            lines.append(_("And {more} more.").format(more=len(problems) - MOST_PROBLEMS))
        title = _("Nothing was imported from {file}").format(file=safe(error.facts["file"], 60))
        self.app.push_screen(Card(title, lines))


def _import(till: Till, file: str, decision: str) -> tuple[int, str]:
    """Import it; gives how many goods are new or changed, and what to say of letters that their
    cards will lack."""
    try:
        path = Path(file).expanduser()
    except RuntimeError:  # ~somebody whom the system does not know
        path = Path(file)
    changed = till.import_goods(read_goods(path), decision)
    return len(changed), lost_on_paper([good.name(till.market.language) for good in changed])
