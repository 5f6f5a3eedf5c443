"""The list of a visit's lines: figures whole, names cut, the chosen line marked and in view."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date

import pytest
from textual.app import App, ComposeResult

from db.catalogue import Good
from kiosk.running.draft import Draft, DraftLine
from kiosk.verdicts import Verdict
from kiosk.widgets.draft_list import DraftList
from kiosk.widgets.theme import LIGHT

WIDTH, HEIGHT = 42, 6


class Alone(App[None]):
    """The list, as wide as it is beside the sum at 80 columns."""

    CSS = f"DraftList {{ width: {WIDTH}; height: {HEIGHT}; scrollbar-size-vertical: 1; }}"

    def __init__(self) -> None:
        super().__init__()
        self.register_theme(LIGHT)
        self.theme = LIGHT.name

    def compose(self) -> ComposeResult:
        yield DraftList()


def shown(list_: DraftList) -> list[str]:
    """The lines that can be seen."""
    return [
        "".join(segment.text for segment in strip).rstrip()
        for strip in list_.app.screen._compositor.render_strips()[:HEIGHT]
    ]


def on_its_own(
    script: Callable[[DraftList, Callable[[], Awaitable[None]]], Awaitable[None]],
) -> None:
    """Run a script on a list that stands alone on a screen."""

    async def run() -> None:
        async with Alone().run_test(size=(WIDTH, HEIGHT)) as pilot:
            await script(pilot.app.query_one(DraftList), pilot.pause)

    asyncio.run(run())


def draft(*quantities: int, name: str = "tomatoes", rate: int = 200) -> Draft:
    """A draft of goods with that name, one for each quantity."""
    made = Draft("key")
    for at, quantity in enumerate(quantities):
        good = Good(f"good-{at}", at, "produce", "good", "kg", rate, {"en": name})
        made.add_line(DraftLine(good, quantity, at % 2 == 1, ""))
    return made


@pytest.mark.parametrize("name", ["tomatoes", "n" * 60, "苹果" * 20, "[/]", "[@click=app.quit]x"])
@pytest.mark.parametrize(
    ("quantity", "rate", "figures"),
    [
        (1000, 200, ["1 kg", "2"]),
        (9_999_999, 200, ["9999.999 kg", "20000"]),
        (1234, 12_345, ["1.234 kg", "152.34"]),
        (9_999_999, 1_677_721, ["9999.999 kg", "167772083.22"]),
    ],
)
def test_figures_are_whole_however_long_the_name(
    name: str, quantity: int, rate: int, figures: list[str]
) -> None:
    async def script(list_: DraftList, pause: Callable[[], Awaitable[None]]) -> None:
        list_.show(draft(quantity, name=name, rate=rate))
        await pause()
        line = shown(list_)[0].split()
        assert line[0] == "in"
        assert " ".join(line[1:3]) == figures[0]
        assert line[-1] == figures[1]

    on_its_own(script)


@pytest.mark.parametrize(
    ("quantities", "column"), [([1000], 6), ([1000, 12_500], 9), ([1000, 9_999_999], 13)]
)
def test_names_stand_below_each_other_and_apart_from_quantities(
    quantities: list[int], column: int
) -> None:
    async def script(list_: DraftList, pause: Callable[[], Awaitable[None]]) -> None:
        list_.show(draft(*quantities))
        await pause()
        for line in shown(list_)[: len(quantities)]:
            assert line.index("tomatoes") == 2 + 6 + column
            assert line[: line.index("tomatoes")].endswith("  ")

    on_its_own(script)


def test_a_slip_says_where_it_came_from() -> None:
    async def script(list_: DraftList, pause: Callable[[], Awaitable[None]]) -> None:
        made = draft(1000)
        made.add_slip(Verdict("good", None, bytes(16), 550, date(2026, 11, 21)))
        list_.show(made)
        await pause()
        assert shown(list_)[1].split() == ["slip", "of", "Sat", "21", "Nov", "5.5"]

    on_its_own(script)


def test_the_newest_line_is_in_view_and_a_chosen_one_is_followed() -> None:
    async def script(list_: DraftList, pause: Callable[[], Awaitable[None]]) -> None:
        list_.show(draft(*range(1000, 13_000, 1000)))
        await pause()
        assert "12 kg" in shown(list_)[-1]
        for _ in range(12):
            list_.move(-1)
        await pause()
        assert list_.chosen == 0
        assert shown(list_)[0].split()[:3] == [">", "in", "1"]
        # Once more up is round the end: nothing is chosen, and the newest line is in view again.
        list_.move(-1)
        await pause()
        assert list_.chosen == -1
        assert "12 kg" in shown(list_)[-1]
        assert not any(line.startswith(">") for line in shown(list_))

    on_its_own(script)


def test_choosing_survives_lines_that_were_taken_out() -> None:
    async def script(list_: DraftList, pause: Callable[[], Awaitable[None]]) -> None:
        made = draft(1000, 2000)
        list_.show(made)
        list_.move(-1)
        assert list_.chosen == 1
        made.remove(1)
        list_.show(made)
        assert list_.chosen == 0
        made.remove(0)
        list_.show(made)
        assert list_.chosen == -1
        list_.move(1)
        assert list_.chosen == -1

    on_its_own(script)
