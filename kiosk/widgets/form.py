"""Fields to fill in, one below the other: a label, the field, a quiet hint.

Enter goes on to the next field and, on the last, submits; Tab and the arrows move too. What the
values mean, and whether they are right, is left to the screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Input, Static

from kiosk.text import safe

LONGEST = 200
"""Characters that a field takes; what is too long for its purpose, the till refuses."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field: `label` and `hint` are safe text in the language spoken now. With `choices`,
    (value, safe label) each, one of them is picked; else a text is typed, and `secret` hides it.
    `beside` puts it at the right of the field before; Enter submits where it is empty and `ends`."""

    name: str
    label: str
    hint: str = ""
    value: str = ""
    secret: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    beside: bool = False
    ends: bool = False


class TextInput(Input):
    """A line to type in; what is pasted loses all that could act on the terminal."""

    DEFAULT_CSS = """
    TextInput:focus { background-tint: transparent; }
    """

    def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        self.insert_text_at_cursor(safe(event.text, LONGEST))


class Pick(Widget, can_focus=True):
    """One of a few values, changed with the arrows or a click."""

    DEFAULT_CSS = """
    Pick { height: 2; border-bottom: solid $line; padding: 0 1; }
    Pick:focus { border-bottom: solid $accent; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "turn(-1)", show=False),
        Binding("right,space", "turn(1)", show=False),
        Binding("enter", "submit", show=False),
    ]

    at: reactive[int] = reactive(0)

    @dataclass
    class Submitted(Message):
        """Enter was pressed on it."""

        pick: Pick

    @dataclass
    class Turned(Message):
        """Another value is picked."""

        pick: Pick

    def __init__(self, choices: Sequence[tuple[str, str]], value: str) -> None:
        super().__init__()
        self.choices = tuple(choices)
        values = [one for one, _label in self.choices]
        self.set_reactive(Pick.at, values.index(value) if value in values else 0)

    @property
    def value(self) -> str:
        """The value that is picked."""
        return self.choices[self.at][0]

    @value.setter
    def value(self, value: str) -> None:
        self.at = [one for one, _label in self.choices].index(value)

    def render(self) -> Content:
        if self._several_lines():
            label = self.choices[self.at][1]
            place = f"{self.at + 1}/{len(self.choices)}"
            return Content.assemble(("< ", "$quiet"), (label, "bold $accent"), f" >   {place}")
        parts: list[Content | str | tuple[str, str]] = []
        for number, (_value, label) in enumerate(self.choices):
            picked = number == self.at
            parts += [(f"[{label}]", "bold $accent") if picked else (f" {label} ", "$quiet"), " "]
        return Content.assemble(*parts)

    def _several_lines(self) -> bool:
        """Whether the choices beside each other are wider than the field."""
        return sum(Content(label).cell_length + 3 for _, label in self.choices) > self.size.width

    def relabel(self, choices: Sequence[tuple[str, str]]) -> None:
        """The same values in another language, or others: the picked one stays where it is there."""
        before = self.value
        self.choices = tuple(choices)
        values = [one for one, _label in self.choices]
        self.set_reactive(Pick.at, values.index(before) if before in values else 0)
        self.refresh()

    def action_turn(self, by: int) -> None:
        """Pick the next value or the one before, round the end."""
        self.at = (self.at + by) % len(self.choices)
        self.post_message(self.Turned(self))

    def action_submit(self) -> None:
        """Go on."""
        self.post_message(self.Submitted(self))

    def on_click(self, event: events.Click) -> None:
        if self._several_lines():
            self.action_turn(1)
            return
        start = self.content_region.x - self.region.x
        for number, (_value, label) in enumerate(self.choices):
            end = start + Content(label).cell_length + 3
            if start <= event.x < end:
                self.action_turn(number - self.at)
            start = end


class Form(VerticalScroll, can_focus=False):
    """All fields of one form."""

    DEFAULT_CSS = """
    Form { height: auto; max-height: 1fr; }
    Form .row { height: auto; }
    Form .field { height: auto; width: 1fr; }
    Form .beside { margin: 0 0 0 3; }
    Form .label { width: auto; padding: 0 2 0 0; text-style: bold; }
    Form .hint { width: 1fr; color: $quiet; text-wrap: nowrap; text-overflow: ellipsis; }
    Form .labels { height: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(-1)", show=False),
        Binding("down", "step(1)", show=False),
    ]

    @dataclass
    class Submitted(Message):
        """Enter was pressed on the last field."""

        values: dict[str, str]

    @dataclass
    class Changed(Message):
        """Something was typed or picked."""

        values: dict[str, str]

    def __init__(self, fields: Sequence[Field]) -> None:
        super().__init__()
        self._fields = list(fields)
        self._inputs: list[Input | Pick] = []

    def compose(self) -> ComposeResult:
        row: list[Vertical] = []
        for field in self._fields:
            if row and not field.beside:
                yield Horizontal(*row, classes="row")
                row = []
            entry: Input | Pick
            if field.choices:
                entry = Pick(field.choices, field.value)
            else:
                entry = TextInput(
                    field.value, password=field.secret, max_length=LONGEST, select_on_focus=False
                )
            self._inputs.append(entry)
            labels = Horizontal(
                Static(field.label, classes="label", markup=False),
                Static(field.hint, classes="hint", markup=False),
                classes="labels",
            )
            row.append(Vertical(labels, entry, classes="field beside" if row else "field"))
        yield Horizontal(*row, classes="row")

    def on_mount(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Put the cursor into the first field."""
        if self._inputs:
            self._inputs[0].focus()

    @property
    def values(self) -> dict[str, str]:
        """What stands in the fields now, without blanks around; a secret is given as typed."""
        return {
            field.name: entry.value if field.secret else entry.value.strip()
            for field, entry in zip(self._fields, self._inputs, strict=True)
        }

    def fill(self, **values: str) -> None:
        """Put texts into fields, and pick values; a pick says nothing of it, a text is `Changed`."""
        for field, entry in zip(self._fields, self._inputs, strict=True):
            if field.name in values:
                entry.value = values[field.name]

    def pick(self, name: str, value: str) -> None:
        """Pick one of the values of a field with choices; none of them changes nothing."""
        for field, entry in zip(self._fields, self._inputs, strict=True):
            values = [one for one, _label in entry.choices] if isinstance(entry, Pick) else []
            if field.name == name and isinstance(entry, Pick) and value in values:
                entry.at = values.index(value)

    def relabel(self, fields: Sequence[Field]) -> None:
        """The same fields in another language; what was typed stays."""
        self._fields = list(fields)
        for field, label, hint, entry in zip(
            fields, self.query(".label"), self.query(".hint"), self._inputs, strict=True
        ):
            assert isinstance(label, Static) and isinstance(hint, Static)
            label.update(field.label)
            hint.update(field.hint)
            if isinstance(entry, Pick):
                entry.relabel(field.choices)

    def action_step(self, by: int) -> None:
        """The next field or the one before."""
        self._go(self._place(self.screen.focused) + by)

    def enter(self) -> None:
        """What Enter does in the field that has the focus."""
        self._entered(self._inputs[self._place(self.screen.focused)])

    def _place(self, entry: Widget | None) -> int:
        return next((at for at, one in enumerate(self._inputs) if one is entry), 0)

    def _go(self, place: int) -> None:
        if 0 <= place < len(self._inputs):
            self._inputs[place].focus()

    def _entered(self, entry: Widget) -> None:
        place = self._place(entry)
        field, last = self._fields[place], place + 1 == len(self._inputs)
        if not last and not (field.ends and not self.values[field.name]):
            self._go(place + 1)
        else:
            self.post_message(self.Submitted(self.values))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._entered(event.input)

    def on_pick_submitted(self, event: Pick.Submitted) -> None:
        event.stop()
        self._entered(event.pick)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(self.values))

    def on_pick_turned(self, event: Pick.Turned) -> None:
        event.stop()
        self.post_message(self.Changed(self.values))
