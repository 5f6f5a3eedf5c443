"""What holds for every screen beyond the visit: its keys and its card fit on the smallest terminal,
in every language, and nothing breaks on a large one or in the dark."""

from __future__ import annotations

import textwrap
from importlib import import_module
from pathlib import Path

import pytest

from db.weighing import Exchange
from kiosk import messages
from kiosk.messages import LANGUAGES, _, speaking
from kiosk.till import Till
from tests.kiosk.screens.table import NARROW, WIDE, AtTable, founded, play

FROM_HOME = {
    "ledger.LedgerScreen": ("3",),
    "today.TodayScreen": ("4",),
    "season.SeasonScreen": ("4", "s"),
    "steward.StewardScreen": ("9",),
    "day.CloseDayScreen": ("9", "1"),
    "goods.GoodsScreen": ("9", "2"),
    "good.GoodScreen": ("9", "2", "enter"),
    "good.RateScreen": ("9", "2", "enter", "1"),
    "slips.SlipsScreen": ("9", "3", "1", "enter"),
    "queue.QueueScreen": ("9", "4"),
    "rules.RulesScreen": ("9", "5"),
    "machine.MachineScreen": ("9", "6"),
    "verify.VerifyScreen": ("9", "7"),
    "export.ExportScreen": ("9", "8"),
    "backup.BackupScreen": ("9", "b"),
    "key.KeyScreen": ("9", "k"),
}
OTHERS = (
    "found.FoundScreen", "unlock.UnlockScreen", "unlock.ForStewardsScreen", "day.OpenDayScreen",
    "day.ClosedScreen", "passphrase.PassphraseScreen",
    "good.SpoilScreen", "good.CountScreen", "good.RetireScreen", "goods_new.NewGoodScreen",
    "goods_new.ImportScreen", "slips.VoidScreen", "slips.ReissueScreen", "rules.ChangeRulesScreen",
    "export.ExportToScreen", "key_split.SplitKeyScreen", "key_rebuild.RebuildKeyScreen",
    "key_rebuild.NewPassphraseScreen", "key_lost.LostBooksScreen",
)  # fmt: skip
"""Forms and others whose keys are those of a screen above."""

LARGE = (
    "ledger.LedgerScreen",
    "today.TodayScreen",
    "season.SeasonScreen",
    "goods.GoodsScreen",
    "queue.QueueScreen",
)

CARD_WIDTH, CARD_HEIGHT = 58, 24 - 6
"""What the F1 card has for its sentences on the smallest terminal."""


def one_visit(till: Till) -> None:
    line = till.line("3 kg tomatoes", "en", taken=False)
    till.book(Exchange((line,), (), False, False), "one")


def test_the_keys_fit_on_one_line_of_the_smallest_terminal(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        for name, keys in FROM_HOME.items():
            await table.press(*keys)
            assert table.on == name.partition(".")[2]
            for _language in LANGUAGES:
                last = table.lines()[-1]
                assert last.endswith(f"F1 {_('help')}"), f"{name}: {last}"
                await table.press("f2")
            assert messages.language() == "en"
            await table.app.go_home()
            await table.settled()

    play(founded(tmp_path / "market", before=one_visit), script, NARROW)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [*FROM_HOME, *OTHERS])
def test_the_card_fits_and_is_short_enough_to_be_read_aloud(name: str, language: str) -> None:
    module, kind = name.split(".")
    title, *sentences = getattr(import_module(f"kiosk.screens.{module}"), kind).CARD
    assert title and 2 <= len(sentences) <= 5
    with speaking(language):
        lines = [textwrap.wrap(_(one), CARD_WIDTH) for one in (title, *sentences)]
    assert sum(len(one) + 1 for one in lines) <= CARD_HEIGHT


def test_lists_stand_in_the_dark_and_on_a_large_terminal(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await table.press("f3")
        for name in LARGE:
            await table.press(*FROM_HOME[name])
            assert table.on == name.partition(".")[2]
            assert table.lines()[-1].endswith("F1 help")
            await table.app.go_home()
            await table.settled()

    play(founded(tmp_path / "market", before=one_visit), script, WIDE)
