"""Forms: labels, fields, and the keys that people try."""

from __future__ import annotations

import asyncio
from typing import Any

from textual.app import App, ComposeResult

from kiosk.widgets.form import Field, Form, Pick, TextInput
from kiosk.widgets.theme import LIGHT

FIELDS = [
    Field("name", "Name", "[/] is no markup"),
    Field("handle", "Handle", ends=True),
    Field("role", "Role", value="table", beside=True),
    Field("unit", "Unit", choices=(("kg", "[kg]"), ("l", "l"), ("h", "h"))),
    Field("secret", "Secret", secret=True),
]


class FormApp(App[None]):
    """A form and nothing else."""

    def __init__(self) -> None:
        super().__init__()
        self.register_theme(LIGHT)
        self.theme = LIGHT.name
        self.submitted: list[dict[str, str]] = []

    def compose(self) -> ComposeResult:
        yield Form(FIELDS)

    def on_form_submitted(self, message: Form.Submitted) -> None:
        self.submitted.append(message.values)


def with_form(*keys: str) -> FormApp:
    """The app after these keys were pressed."""
    app = FormApp()

    async def run() -> None:
        async with app.run_test() as pilot:
            await pilot.press(*keys)
            await pilot.pause()

    asyncio.run(run())
    return app


def test_enter_goes_on_and_submits_on_the_last_field() -> None:
    app = with_form(*"Ana", "enter", "x", "enter", "enter", "right", "enter", *" s ", "enter")
    assert app.submitted == [
        {"name": "Ana", "handle": "x", "role": "table", "unit": "l", "secret": " s "}
    ]


def test_enter_submits_where_an_empty_field_ends_the_form() -> None:
    (values,) = with_form(*"Ana", "enter", "enter").submitted
    assert values["name"] == "Ana"


def test_arrows_move_between_fields_and_round_the_choices() -> None:
    (values,) = with_form(
        "down", "up", *"Bo", "down", "down", "down", "left", "enter", "enter"
    ).submitted
    assert (values["name"], values["unit"]) == ("Bo", "h")


def test_what_is_pasted_can_not_act_on_the_terminal() -> None:
    app = FormApp()

    async def run() -> None:
        from textual import events

        async with app.run_test() as pilot:
            line = app.query(TextInput).first()
            line.post_message(events.Paste("a\x1b]0;owned\x07\u202eb\nc"))
            await pilot.pause()
            assert line.value == "a ]0;owned b c"

    asyncio.run(run())


def test_other_words_leave_what_was_typed() -> None:
    app = FormApp()

    async def run() -> None:
        async with app.run_test() as pilot:
            await pilot.press(*"Ana")
            form = app.query_one(Form)
            form.relabel([Field(one.name, "Otro", choices=one.choices) for one in FIELDS])
            await pilot.pause()
            assert form.values["name"] == "Ana"
            labels: list[Any] = [one.render() for one in app.query(".label")]
            assert {str(one) for one in labels} == {"Otro"}
            assert app.query_one(Pick).value == "kg"

    asyncio.run(run())
