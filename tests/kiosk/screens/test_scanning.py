"""A scan works whatever is on the screen, and nothing of it is ever a key."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kiosk.scanning.cards import Action, action_card, goods_card
from kiosk.till import Till
from kiosk.widgets.signs import sign
from tests.kiosk.screens.papers import HONEY_CODE, all_kinds, handed_out, with_barcode
from tests.kiosk.screens.scanner import burst, codes, enter
from tests.kiosk.screens.table import AtTable, founded, play

FINISH = action_card(Action.FINISH)
UNDO = action_card(Action.UNDO)


def number_of(till: Till, good: str) -> int:
    """What is on the card of a good."""
    return next(one.number for one in till.goods() if one.id == good)


WORDS = {
    "good": ("G O O D", "6 credits"),
    "spent": ("S P E N T", "This slip was already handed in:"),
    "expired": ("E X P I R E D", "This slip was valid until"),
    "void": ("V O I D", "A steward voided this slip. It can't be spent."),
    "undone": ("V O I D", "the visit that handed it out was undone"),
    "practice": (
        "P R A C T I C E",
        "This is a practice slip. It is worth nothing at a live market",
    ),
    "foreign": ("A N O T H E R M A R K E T ' S", "we have not exchanged cards with it"),
    "forged": ("F O R G E D", "its signature does not fit its words"),
    "unknown": ("N O T I N O U R B O O K S", "this kiosk's books do not hold it"),
    "nonsense": ("N O T O N E O F O U R S", "it is neither a slip nor a card of this kiosk"),
}
SIGNS = {"undone": "void", "nonsense": "unknown"}


def drawn_sign(table: AtTable) -> list[str]:
    """The lines of the screen that are drawn in blocks, from the first to the last."""
    lines = [line.strip() for line in table.lines()]
    drawn = [at for at, line in enumerate(lines) if line and set(line) <= set("█▀▄ ")]
    return lines[drawn[0] : drawn[-1] + 1] if drawn else []


def test_each_kind_of_slip_fills_the_screen_with_its_own_sign_word_and_sentence(
    tmp_path: Path,
) -> None:
    slips = all_kinds(tmp_path / "market")

    async def script(table: AtTable) -> None:
        for kind, (word, says) in WORDS.items():
            await table.scan(slips[kind])
            assert table.on == "VerdictScreen", kind
            assert word in table.words()
            assert says in table.words()
            assert drawn_sign(table) == [line.strip() for line in sign(SIGNS.get(kind, kind))]
            await table.press("escape")
            assert table.on == "HomeScreen"

    play(tmp_path / "market", script)


def test_a_bad_slip_fills_the_screen_over_a_visit_too_and_leaves_the_visit_as_it_was(
    tmp_path: Path,
) -> None:
    slips = all_kinds(tmp_path / "market")

    async def script(table: AtTable) -> None:
        await table.press("1")
        await enter(table, "3 tom")
        await table.paste("2 bre")
        before = table.text()
        for kind, (word, says) in WORDS.items():
            if kind == "good":
                continue
            await table.scan(slips[kind])
            assert table.on == "VerdictScreen", kind
            assert word in table.words()
            assert says in table.words()
            # No slip that can't be handed in starts a visit.
            await table.press("enter")
            assert table.on == "VerdictScreen"
        await table.press("escape")
        assert table.on == "VisitScreen"
        assert table.text() == before

    play(tmp_path / "market", script)


def test_a_verdict_says_what_the_paper_says(tmp_path: Path) -> None:
    slips = all_kinds(tmp_path / "market")

    async def script(table: AtTable) -> None:
        await table.scan(slips["good"])
        shown = table.words()
        assert re.search(r"Oak Street Market · \d+ \w+ 20\d\d · visit \d+ · no expiry", shown)
        await table.scan(slips["expired"])
        assert "good until" in table.words()
        await table.scan(slips["forged"])
        # What a forger wrote is not repeated as if it were known.
        assert "Oak Street Market" not in table.words()
        assert "no expiry" not in table.words()

    play(tmp_path / "market", script)


def test_a_good_slip_starts_a_visit_from_its_verdict(tmp_path: Path) -> None:
    slips = all_kinds(tmp_path / "market")

    async def script(table: AtTable) -> None:
        await table.scan(slips["good"])
        await table.press("enter")
        assert table.on == "VisitScreen"
        assert "we hand out a slip of" in table.words()
        assert [item.word for item in table.app.draft.items] == ["good"]

    play(tmp_path / "market", script)


def test_the_visit_in_which_a_slip_was_spent_is_one_key_away(tmp_path: Path) -> None:
    slips = all_kinds(tmp_path / "market")

    async def script(table: AtTable) -> None:
        await table.scan(slips["spent"])
        await table.press("l")
        assert table.on == "LedgerScreen"
        assert "1 honey" in table.words() or "1 jar honey" in table.words()

    pytest.importorskip("kiosk.screens.ledger")
    play(tmp_path / "market", script)


def test_a_slip_counts_once_in_a_visit(tmp_path: Path) -> None:
    slips = all_kinds(tmp_path / "market")

    async def script(table: AtTable) -> None:
        await table.press("1")
        await table.scan(slips["good"])
        assert "A slip of 6 credits is handed in." in table.words()
        await table.scan(slips["good"])
        assert "This slip is already part of this visit. Each slip counts once." in table.words()
        await enter(table, slips["code"])
        assert "Each slip counts once." in table.words()
        assert table.app.draft.size == 1
        assert table.on == "VisitScreen"

    play(tmp_path / "market", script)


def test_goods_cards_and_bar_codes_add_to_a_visit_and_start_one(tmp_path: Path) -> None:
    folder = founded(tmp_path / "market", before=with_barcode)

    def drafted(table: AtTable) -> list[tuple[str, int, bool]]:
        return [(one.good.id, one.quantity, one.taken) for one in table.app.draft.items]

    async def script(table: AtTable) -> None:
        tomatoes = goods_card(await table.ask(lambda till: number_of(till, "tomatoes")))
        await table.scan(HONEY_CODE)
        assert table.on == "VisitScreen"
        assert "Added: honey" in table.words()
        assert drafted(table) == [("honey", 1000, False)]
        await table.scan(tomatoes)
        await table.scan(tomatoes)
        assert drafted(table)[1] == ("tomatoes", 2000, False)
        await table.paste("-")
        await table.scan(HONEY_CODE)
        assert drafted(table)[2] == ("honey", 1000, True)
        await table.paste("1,5")
        await table.scan(tomatoes)
        assert drafted(table)[1] == ("tomatoes", 3500, False)
        await table.paste("250 g")
        await table.scan(tomatoes)
        assert drafted(table)[1] == ("tomatoes", 3750, False)
        assert table.app.screen.entry.value == ""
        # Text that is no quantity is another line, not yet entered: it stays.
        await table.paste("2 bre")
        await table.scan(tomatoes)
        assert drafted(table)[1] == ("tomatoes", 4750, False)
        assert table.app.screen.entry.value == "2 bre"

    play(folder, script)


def test_a_quantity_that_can_not_be_stays_to_be_corrected(tmp_path: Path) -> None:
    folder = founded(tmp_path / "market", before=with_barcode)

    async def script(table: AtTable) -> None:
        await table.press("1")
        for typed, says in (("0", "nothing at all"), ("3 kg", "The unit of honey is jar")):
            await table.paste(typed)
            await table.scan(HONEY_CODE)
            assert says in table.words()
            assert table.app.draft.empty
            assert table.app.screen.entry.value == typed
            await table.press("ctrl+u")

    play(folder, script)


def test_the_finish_card_books_and_goes_on_and_the_undo_card_undoes(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await table.scan(goods_card(await table.ask(lambda till: number_of(till, "tomatoes"))))
        await table.scan(FINISH)
        assert table.on == "HandOverScreen"
        await table.scan(UNDO)
        assert table.on == "HomeScreen"
        assert "Visit 1 is undone." in table.words()
        await table.press("1")
        await enter(table, "3 tom")
        await table.scan(FINISH)
        assert table.on == "HandOverScreen"
        await table.scan(FINISH)
        assert table.on == "VisitScreen"
        assert "Visit 3" in table.lines()[1]
        await table.scan(UNDO)
        assert table.on == "HomeScreen"
        assert "Visit 2 is undone." in table.words()

    play(founded(tmp_path / "market"), script)


def test_the_finish_card_says_why_it_does_not_book(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await table.scan(FINISH)
        assert table.on == "HomeScreen"
        assert "There is nothing to book." in table.words()
        await table.press("1")
        await table.scan(FINISH)
        assert "There is nothing to book." in table.words()
        await enter(table, "3 tom")
        await table.paste("2 bre")
        await table.scan(FINISH)
        assert table.on == "VisitScreen"
        assert "“2 bre” is not entered yet" in table.words()

    play(founded(tmp_path / "market"), script)


def test_a_scan_goes_past_the_help_card_a_verdict_and_a_field_with_text(tmp_path: Path) -> None:
    slips = all_kinds(tmp_path / "market")

    async def script(table: AtTable) -> None:
        await table.press("1")
        await table.paste("3 to")
        await table.press("f1")
        assert table.on == "HelpScreen"
        await table.scan(slips["good"])
        assert table.on == "VisitScreen"
        assert table.app.draft.size == 1
        assert table.app.screen.entry.value == "3 to"

        await table.press("escape")
        await table.press("2")
        await table.paste("7KQ2M-")
        await table.scan(slips["spent"])
        assert "S P E N T" in table.words()
        await table.scan(slips["void"])
        assert "V O I D" in table.words()
        await table.press("escape")
        assert table.on == "CheckScreen"
        assert table.app.screen.query_one("#code").value == "7KQ2M-"

        await table.press("f1")
        await table.scan(slips["forged"])
        assert "F O R G E D" in table.words()

    play(tmp_path / "market", script)


HOSTILE = (
    ["1", "2", "ctrl+q", "3", "4", "5", "enter"],
    ["Y", "0", "2", "enter", "1", "enter", "3", "enter"],
    ["escape", "1", "2", "3", "escape", "f8", "enter"],
    ["f8", "f9", "f8", "enter"],
    ["ctrl+c", "ctrl+z", "delete", "x", "enter", "enter", "enter"],
)


def test_a_hostile_scan_changes_nothing(tmp_path: Path) -> None:
    folder = founded(tmp_path / "market", before=handed_out)

    async def script(table: AtTable) -> None:
        await table.press("1")
        await enter(table, "3 tom")
        before = table.text()
        for keys in HOSTILE:
            await burst(table, keys)
            assert table.on == "VerdictScreen"
            assert "N O T O N E O F O U R S" in table.words()
            await table.press("escape")
            assert table.on == "VisitScreen"
            assert table.text() == before
            assert await table.ask(lambda till: till.newest_day().visits) == 1

    play(folder, script)


def test_thirty_scans_without_a_gap_are_all_taken_in_their_order(tmp_path: Path) -> None:
    slips: list[str] = []

    def book(till: Till) -> None:
        slips.extend(handed_out(till, at + 1).text for at in range(30))

    async def script(table: AtTable) -> None:
        await table.press("1")
        await burst(table, codes(slips))
        assert table.on == "VisitScreen"
        taken = [item.amount for item in table.app.draft.items]
        assert taken == [200 * (at + 1) for at in range(30)]
        assert table.app.screen.entry.value == ""

    play(founded(tmp_path / "market", before=book), script)
