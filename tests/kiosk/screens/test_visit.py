"""The visit: what is typed becomes a line, what was typed can be put right, what it comes to is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from db.market import Rules
from kiosk.messages import speaking
from kiosk.running.draft import Draft, DraftLine
from kiosk.screens.visit import correction
from kiosk.typed.phrases import Finder, quantity, split
from kiosk.verdicts import Verdict
from kiosk.widgets.completions import Completions
from kiosk.widgets.draft_list import DraftList
from tests.kiosk.screens.papers import handed_out
from tests.kiosk.screens.scanner import enter
from tests.kiosk.screens.table import WIDE, AtTable, founded, play
from tests.kiosk.shipped import goods as shipped_goods


def lines(table: AtTable) -> list[tuple[str, int, bool]]:
    """Good, thousandths and direction of what was typed."""
    draft: Draft = table.app.draft
    return [
        (item.good.id, item.quantity, item.taken)
        for item in draft.items
        if isinstance(item, DraftLine)
    ]


def completed(table: AtTable) -> list[str]:
    """Ids of the goods that are offered, the marked one first in upper case."""
    offered = table.app.screen.query_one(Completions)
    return [one.id.upper() if one == offered.marked else one.id for one in offered.goods]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A practice market with an open day."""
    return founded(tmp_path / "market", crew=(("table", "Ana"), ("stock", "Bo")))


TYPED = {
    "3 tom": ("tomatoes", 3000, False),
    "1.5 tom": ("tomatoes", 1500, False),
    "1,5 tom": ("tomatoes", 1500, False),
    "1/2 bread": ("bread", 500, False),
    "3kg tomatoes": ("tomatoes", 3000, False),
    "250 g flour": ("flour", 250, False),
    "-1 honey": ("honey", 1000, True),
    "-honey": ("honey", 1000, True),
    "2h child": ("childcare", 2000, False),
    "tomatoes 3 kg": ("tomatoes", 3000, False),
}


def test_the_examples_of_the_design_become_lines(folder: Path) -> None:
    async def script(table: AtTable) -> None:
        await table.press("1")
        for typed, line in TYPED.items():
            await table.write(typed)
            assert lines(table)[-1] == line, typed
            await table.press("delete")
            assert table.app.draft.empty

    play(folder, script)


def test_what_a_visit_comes_to_stands_there_in_words(folder: Path) -> None:
    async def script(table: AtTable) -> None:
        await table.press("1")
        assert "what do they bring or take?" in table.words()
        await enter(table, "2h child")
        assert "we hand out a slip of" in table.words()
        assert "work 8" in table.words()
        await enter(table, "-1 honey")
        assert "work 8 · taken 4" in table.words()
        await enter(table, "-2 honey")
        shown = table.words()
        assert "in 2 h child care 8" in shown
        assert "out 3 jars honey 12" in shown
        assert "credits short" in shown
        assert "F5 solidarity covers 4" in shown
        await enter(table, "1 honey")
        assert "even: no slip to hand out" in table.words()

    play(folder, script)


def test_up_and_down_mark_another_good_and_enter_takes_it(folder: Path) -> None:
    async def script(table: AtTable) -> None:
        await table.press("1")
        await table.type("3 tom")
        assert completed(table)[:2] == ["TOMATOES", "tomato-plants"]
        await table.press("down")
        assert completed(table)[:2] == ["tomatoes", "TOMATO-PLANTS"]
        await table.press("up", "up")
        last = completed(table)[-1]
        assert last.isupper()
        await table.press("enter")
        assert lines(table) == [(last.lower(), 3000, False)]
        assert completed(table) == []

    play(folder, script)


def test_a_marked_good_stays_marked_whatever_happens_behind_the_screen(folder: Path) -> None:
    async def script(table: AtTable) -> None:
        await table.press("1")
        await table.type("3 tom")
        await table.press("down")
        # As it happens when the printer is done with the slip of the visit before.
        await table.app.refresh_table()
        await table.settled()
        await table.press("enter")
        assert lines(table) == [("tomato-plants", 3000, False)]

    play(folder, script)


REFUSED = {
    "3 xylophoneqq": "The catalogue has no “xylophoneqq”",
    "0 tom": "“0” is nothing at all",
    "99999 tom": "“99999” is more than one visit can carry (at most 10000)",
    "1/0 tom": "“1/0” is not a quantity",
    "3 l tomatoes": "The unit of tomatoes is kg, not “l”",
}


def test_what_can_not_be_is_said_and_stays_to_be_corrected(folder: Path) -> None:
    async def script(table: AtTable) -> None:
        await table.press("1")
        for typed, says in REFUSED.items():
            await enter(table, typed)
            assert says in table.words()
            assert table.app.draft.empty
            assert table.app.screen.entry.value == typed
            assert table.on == "VisitScreen"
            await table.press("ctrl+u")

    play(folder, script)


def test_lines_are_corrected_and_taken_out(folder: Path) -> None:
    async def script(table: AtTable) -> None:
        await table.press("1")
        await enter(table, "3 tom", "-2 honey", "2h child")
        await table.press("f4")
        assert table.app.screen.entry.value == "2 h child care"
        assert [one[0] for one in lines(table)] == ["tomatoes", "honey"]
        await table.press(*["home"], "delete", "5", "enter")
        assert lines(table)[-1] == ("childcare", 5000, False)
        # Del on the empty line takes out the last one, Up chooses another.
        await table.press("delete")
        assert "Taken out: 5 h child care" in table.words()
        await table.press("up", "up")
        assert table.app.screen.query_one(DraftList).chosen == 0
        await table.press("f4")
        assert table.app.screen.entry.value == "3 kg tomatoes"
        await table.press("enter", "up", "up", "delete")
        assert lines(table) == [("tomatoes", 3000, False)]
        await table.press("f4", "home", "-", "enter")
        assert lines(table) == [("tomatoes", 3000, True)]
        await table.press("delete")
        assert table.app.draft.empty
        await table.press("delete", "f4")
        assert table.on == "VisitScreen"

    play(folder, script)


@pytest.mark.parametrize("language", ["en", "es"])
def test_whatever_is_corrected_can_be_entered_again_as_it_was(language: str) -> None:
    goods = shipped_goods()
    finder = Finder(goods, language)
    changed = []
    with speaking(language):
        for good in goods:
            for much in (250, 1000, 12_500):
                for taken in (False, True):
                    typed = correction(DraftLine(good, much, taken, ""))
                    parts = split(typed)
                    marked, *_others = finder.complete(parts.name, unit=parts.unit_text)
                    again = (marked.id, quantity(parts, marked), parts.taken)
                    if again != (good.id, much, taken):
                        changed.append((typed, again))
    assert changed == []


def test_a_draft_waits_while_other_screens_are_open(folder: Path) -> None:
    async def script(table: AtTable) -> None:
        await table.press("1")
        await enter(table, "3 tom", "-1 honey")
        await table.press("escape")
        assert table.on == "HomeScreen"
        assert "go on: 2 lines are waiting" in table.words()
        await table.press("2", "escape", "f1", "escape", "1")
        assert table.on == "VisitScreen"
        assert lines(table) == [("tomatoes", 3000, False), ("honey", 1000, True)]
        assert "we hand out a slip of" in table.words()

    play(folder, script)


def test_leaving_a_visit_leads_home_wherever_it_was_started(tmp_path: Path) -> None:
    codes: list[str] = []
    folder = founded(tmp_path / "market", before=lambda till: codes.append(handed_out(till).code))

    async def script(table: AtTable) -> None:
        await table.press("2")
        await enter(table, codes[0])
        await table.press("enter")
        assert table.on == "VisitScreen"
        await table.press("escape")
        assert table.on == "HomeScreen"

    play(folder, script)


def test_a_short_visit_is_not_booked_until_somebody_covers_it(folder: Path) -> None:
    async def script(table: AtTable) -> None:
        await table.press("1")
        await enter(table, "-1 honey")
        await table.press("enter")
        assert "The visit is short by 4" in table.words()
        assert table.on == "VisitScreen"
        assert await table.ask(lambda till: till.newest_day().visits) == 0
        await table.press("f5")
        assert "solidarity covers" in table.words()
        await table.press("f5")
        assert "credits short" in table.words()
        await table.press("f5", "enter")
        assert table.on == "HandOverScreen"
        assert "solidarity covers" in table.words()
        assert await table.ask(lambda till: till.newest_day().solidarity) == 400

    play(folder, script)


def test_solidarity_keeps_to_its_limits(tmp_path: Path) -> None:
    limits = Rules(solidarity_visit=600, solidarity_day=1000)
    folder = founded(tmp_path / "market", rules=limits)

    async def script(table: AtTable) -> None:
        await table.press("1")
        await enter(table, "-2 honey")
        await table.press("f5", "enter")
        assert "needs 8 from solidarity, which covers 6 in one visit at most" in table.words()
        await table.press("delete")
        await enter(table, "-1 honey", "-1 bread")
        await table.press("f5", "enter")
        assert table.on == "HandOverScreen"
        await table.press("enter")
        await enter(table, "-1 honey", "-1 bread")
        await table.press("f5", "enter")
        assert "solidarity, which has 4 of 10 left today" in table.words()
        assert table.on == "VisitScreen"
        assert lines(table) == [("honey", 1000, True), ("bread", 1000, True)]

    play(folder, script)


def test_a_gift_needs_no_slip(folder: Path) -> None:
    async def script(table: AtTable) -> None:
        await table.press("1")
        await enter(table, "3 tom")
        await table.press("f6")
        assert "a gift, no slip" in table.words()
        await table.press("f6")
        assert "we hand out a slip of" in table.words()
        await table.press("f6", "enter")
        assert table.on == "HandOverScreen"
        assert "a gift of" in table.words()
        day = await table.ask(lambda till: till.newest_day())
        assert (day.gifts, day.slips_out) == (600, 0)

    play(folder, script)


def test_an_empty_visit_is_not_booked(folder: Path) -> None:
    async def script(table: AtTable) -> None:
        await table.press("1", "enter")
        assert "There is nothing to book." in table.words()
        assert await table.ask(lambda till: till.newest_day().visits) == 0

    play(folder, script)


def test_a_typed_code_hands_its_slip_in_and_a_mistyped_one_names_the_group(
    tmp_path: Path,
) -> None:
    codes: list[str] = []
    folder = founded(tmp_path / "market", before=lambda till: codes.append(handed_out(till).code))

    async def script(table: AtTable) -> None:
        code = codes[0]
        wrong = code[:7] + ("A" if code[7] != "A" else "B") + code[8:]
        await table.press("1")
        await enter(table, wrong)
        assert "likely in group 2" in table.words()
        assert f"“{wrong[6:11]}”" in table.words()
        assert table.app.draft.empty
        await table.press("ctrl+u")
        await enter(table, code.lower().replace("-", " "))
        (slip,) = table.app.draft.items
        assert isinstance(slip, Verdict)
        assert slip.amount == 600
        assert "slips 6" in table.words()
        await table.press("f4")
        assert "Only a line of goods or work can be corrected" in table.words()
        await table.press("delete")
        assert "The slip is out of the visit: give it back." in table.words()
        assert table.app.draft.empty

    play(folder, script)


def test_a_visit_is_not_booked_without_an_open_day(tmp_path: Path) -> None:
    folder = founded(tmp_path / "market", crew=None)

    async def script(table: AtTable) -> None:
        from kiosk.scanning.cards import goods_card

        await table.press("1")
        assert table.on == "HomeScreen"
        assert "No market day is open. Press 9 to open one." in table.words()
        (card,) = await table.ask(
            lambda till: [goods_card(one.number) for one in till.goods() if one.id == "bread"]
        )
        await table.scan(card)
        assert table.on == "HomeScreen"
        assert "No market day is open." in table.words()

    play(folder, script)


def test_the_keys_at_the_bottom_do_with_the_pointer_what_they_say(folder: Path) -> None:
    async def script(table: AtTable) -> None:
        from kiosk.widgets.keybar import KeyHint

        async def click(key: str) -> None:
            (hint,) = [
                one
                for one in table.app.screen.query(KeyHint)
                if one.binding.key_display == key and one.region.right <= table.app.size.width
            ]
            await table.pilot.click(hint)
            await table.settled()

        await table.press("1")
        await table.type("3 tom")
        await click("Enter")
        assert lines(table) == [("tomatoes", 3000, False)]
        await click("F6")
        assert table.app.draft.gift
        await click("Del")
        assert table.app.draft.empty
        await table.type("2 tom")
        await click("Enter")
        await click("Enter")
        assert table.on == "HandOverScreen"
        await click("F8")
        assert table.on == "HomeScreen"
        assert "Visit 1 is undone." in table.words()
        await click("F9")
        assert table.on == "HandOverScreen"
        await click("Enter")
        assert table.on == "VisitScreen"
        await click("Esc")
        assert table.on == "HomeScreen"

    play(folder, script)


def test_no_key_of_the_visit_is_cut_off(folder: Path) -> None:
    async def script(table: AtTable) -> None:
        await table.press("1")
        await enter(table, "3 tom", "-1 honey")
        for key in ("Enter", "Del", "F4", "F6", "Esc", "F1 help"):
            assert key in table.lines()[-1]
        await table.press("f6")
        await enter(table, "-9 honey")
        for key in ("Enter", "Del", "F4", "F5", "Esc", "F1 help"):
            assert key in table.lines()[-1]

    play(folder, script)


def test_the_ledger_stands_beside_the_visit_on_a_wide_terminal(folder: Path) -> None:
    async def script(table: AtTable) -> None:
        await table.ask(lambda till: [handed_out(till) for _ in range(2)])
        await table.app.refresh_table()
        await table.press("1")
        await enter(table, "3 tom")
        assert "Today's ledger" in table.words()
        assert "visit 2" in table.words()
        # Keys go to the entry line, whatever somebody presses to get somewhere else.
        await table.press("tab", "shift+tab", "tab")
        await enter(table, "2 bread")
        assert [one[0] for one in lines(table)] == ["tomatoes", "bread"]

    play(folder, script, size=WIDE)


def test_an_amount_of_any_size_is_in_view(folder: Path) -> None:
    async def script(table: AtTable) -> None:
        await table.press("1")
        await enter(table, "9999.9 tom", "9999 honey")
        assert "59995.8" in table.words()
        await table.press("enter")
        assert table.on == "HandOverScreen"
        assert "59995.8" in table.words()

    play(folder, script)
