"""What comes from outside is made safe before a screen shows it."""

from __future__ import annotations

import pytest

from tests.outside_text import FOLDERS, ROOT, all_findings, findings


def test_no_screen_and_no_widget_shows_outside_text_as_it_is() -> None:
    assert all_findings() == []


def test_all_screens_and_widgets_are_looked_at() -> None:
    for folder in FOLDERS:
        assert len(list((ROOT / folder).glob("*.py"))) > 10
        assert not [
            path for path in (ROOT / folder).iterdir() if path.is_dir() and path.stem[0] != "_"
        ]


@pytest.mark.parametrize(
    "line",
    [
        "self.say(market.name)",
        "self.say(f'of {market.name}')",
        "self.say(_('of {market}').format(market=market.name))",
        "Static('x')",
        "Static('x', markup=True)",
        "widget.update(' '.join(day.crew))",
        "self.notify('x')",
        "widget.border_title = 'x'",
        "Content.assemble((row.words, 'bold'))",
        "words = row.words\n    self.say(words)",
        "widget.update(', '.join(one for one in good.names))",
        "Content.from_markup(text)",
        "self.say(safe(a) if a else market.place)",
        "Button('x')",
    ],
)
def test_a_line_that_shows_it_is_found(line: str) -> None:
    assert findings(f"def shown(self):\n    {line}\n", "x.py")


@pytest.mark.parametrize(
    "line",
    [
        "self.say(safe(market.name))",
        "Static(safe(market.name), markup=False)",
        "words = safe(row.words)\n    self.say(words)",
        "self.say(_('yes') if row.words else '')",
        "widget.update(' · '.join(safe(name) for name in good.names.values()))",
        "self.say(good_name(self.good))",
        "self.ask(lambda till: till.named(market.name))",
    ],
)
def test_a_line_that_makes_it_safe_or_does_not_show_it_is_not_found(line: str) -> None:
    assert findings(f"def shown(self):\n    {line}\n", "x.py") == []
