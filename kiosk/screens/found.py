"""The first run: found a market, in one form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from db.errors import N_, Refused
from db.market import Market
from kiosk import messages
from kiosk.founding import found_market, suggested_goods
from kiosk.keys.card import read_card
from kiosk.messages import LANGUAGES, _
from kiosk.screens.card import show_lost
from kiosk.screens.form import FormScreen, typed_folder
from kiosk.slips.keyfile import PassphrasesDiffer
from kiosk.widgets.form import Field, Form
from kiosk.wording import lost_on_paper

if TYPE_CHECKING:
    from db.terms import Handover
    from kiosk.slips.signing import MarketKey


class NameMissing(Refused):
    sentence = N_("The market needs a name. Type one, up to 60 letters long.")


class FoundScreen(FormScreen):
    """Name, place, language, passphrase, goods."""

    CARD = (
        N_("Found a market"),
        N_("This machine holds no market yet. Its name will stand on every slip."),
        N_("The passphrase protects the key that signs the slips. Without one, everyone who can use "
           "this machine can use the key."),
        N_("Keep a passphrase on paper, away from the table: nobody can bring it back."),
        N_("The suggested goods are a start; all of them can be changed under Steward."),
    )  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "app.language", N_("language"), key_display="F2"),
        Binding("f5", "rebuild", N_("rebuild from sheets"), key_display="F5"),
        Binding("escape", "leave", N_("leave"), key_display="Esc"),
    ]

    def __init__(self, key: MarketKey | None = None) -> None:
        """`key` is that of a market whose books are lost: it is founded anew from it."""
        super().__init__()
        self._key = key
        self._language = messages.language()
        self._chosen = False  # whether somebody turned the field: F2 then leaves it alone

    def title_text(self) -> str:
        if self._key is not None:
            return _("Found the market anew, from its key")
        return _("Found a market: there is none here yet")

    def intro(self) -> str:
        if self._key is None:
            return ""
        return _(
            "The sheets gave the key {key}. Its slips are honoured from paper, once each. Where there is "
            "a backup, restore that instead: Esc."
        ).format(key=self._key.public.key_id.hex())

    def fields(self) -> list[Field]:
        answers = (("yes", _("yes")), ("no", _("no")))
        anew = self._key is not None
        locks = _("optional; without it, file permissions alone protect the key")
        card = []
        if anew:  # one field more, and a sentence above: two stand beside others
            locks = _("empty for none")
            hint = _("optional: its file, for slips of earlier keys")
            card = [Field("card", _("Market's card"), hint)]
        return [
            Field("name", _("Name"), _("as it stands on every slip")),
            Field("place", _("Place"), _("optional: where the table stands"), beside=anew),
            Field(
                "language", _("Language"), _("← → of paper and ledger"), self._language,
                choices=tuple(LANGUAGES.items()),
            ),
            Field("passphrase", _("Passphrase"), locks, secret=True),
            Field("again", _("Passphrase again"), _("to be sure of it"), secret=True, beside=anew),
            *card,
            Field("goods", _("Suggested goods and services"), _("← →"), choices=answers),
        ]  # fmt: skip

    async def on_form_changed(self, message: Form.Changed) -> None:
        if message.values["language"] != self._language:
            self._language = message.values["language"]
            self._chosen = True
            messages.use(self._language)
            await self.redraw()

    async def redraw(self) -> None:
        if self.is_mounted and not self._chosen and messages.language() != self._language:
            self._language = messages.language()
            self.query_one(Form).fill(language=self._language)
        await super().redraw()

    async def submit(self, values: dict[str, str]) -> str:
        if not values["name"]:
            raise NameMissing()
        if values["passphrase"] != values["again"]:
            raise PassphrasesDiffer()
        wanted = Market(values["name"], values["place"], values["language"], b"", practice=False)
        app = self.app
        key, handovers = self._key, named_on_card(values.get("card", ""))
        goods = suggested_goods() if values["goods"] == "yes" else []
        await app.till.start(
            lambda: found_market(
                app.folder,
                wanted,
                passphrase=values["passphrase"] or None,
                goods=goods,
                key=key,
                handovers=handovers,
            )
        )
        names = [wanted.name, *(good.name(wanted.language) for good in goods)]
        lost = await app.ask(lambda _till: lost_on_paper(names))
        while any(isinstance(one, FoundScreen) for one in app.screen_stack):
            await app.pop_screen()  # perhaps below its own help card
        await app.start_table()
        await show_lost(app, lost)
        return ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "rebuild":
            return self._key is None
        return super().check_action(action, parameters)

    async def action_rebuild(self) -> None:
        """A market that lost its books, or its computer, has its key on stewards' sheets."""
        from kiosk.screens.key_rebuild import RebuildKeyScreen

        if not self._working:
            await self.app.push_screen(RebuildKeyScreen())

    def action_leave(self) -> None:
        """Leave the kiosk, or what the sheets began; nothing was founded."""
        if self._working:
            return
        if self._key is None:
            self.app.leave()
        else:
            self.dismiss()


def named_on_card(file: str) -> Sequence[Handover]:
    """How the market's earlier keys gave way, as the card in a file says; none where none is named."""
    path = typed_folder(file)
    return read_card(path).handovers if path is not None else ()
