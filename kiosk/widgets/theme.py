"""The look of the table: one palette by day, one by night, few colours with one meaning each.

`accent` marks what is chosen, `into` (warm) what comes in, `outof` (cool) what goes out; each is
also said by a word or a sign. Borders are plain lines that a Linux console can show.
"""

from __future__ import annotations

from textual.theme import Theme

LIGHT = Theme(
    name="kiosk-light",
    primary="#0b6e63",
    secondary="#0b6e63",
    accent="#0b6e63",
    foreground="#1d2426",
    background="#faf8f3",
    surface="#faf8f3",
    panel="#ece8de",
    success="#1f7a3d",
    warning="#8a5a00",
    error="#b3261e",
    dark=False,
    variables={
        "quiet": "#5d6668",
        "line": "#b9b4a6",
        "into": "#a04a00",
        "outof": "#1f5fa8",
        "chosen": "#d5e8e3",
        "input-cursor-background": "#0b6e63",
        "input-cursor-foreground": "#faf8f3",
        "input-selection-background": "#d5e8e3",
    },
)

DARK = Theme(
    name="kiosk-dark",
    primary="#64cdbd",
    secondary="#64cdbd",
    accent="#64cdbd",
    foreground="#eae6dc",
    background="#14181a",
    surface="#14181a",
    panel="#23292b",
    success="#7fd494",
    warning="#f0c060",
    error="#ff8f85",
    dark=True,
    variables={
        "quiet": "#9aa5a6",
        "line": "#485254",
        "into": "#f2a765",
        "outof": "#86bdf8",
        "chosen": "#21443f",
        "input-cursor-background": "#64cdbd",
        "input-cursor-foreground": "#14181a",
        "input-selection-background": "#21443f",
    },
)
