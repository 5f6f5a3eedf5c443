"""Make the picture in the README from the real app: `python -m tests.picture`.

A visit is typed at a market that is founded for it; the screen is written to assets/table.svg with
nothing in it that a browser would fetch.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from tests.kiosk.screens.table import AtTable, founded, play

PICTURE = Path(__file__).parent.parent / "assets" / "table.svg"


def without_downloads(svg: str) -> str:
    """The picture in the fonts of whoever looks at it: no address in it is fetched. Blanks count."""
    svg = re.sub(r"@font-face\s*\{.*?\}", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = svg.replace("Fira Code", "DejaVu Sans Mono")
    return svg.replace("<text ", '<text xml:space="preserve" ')


async def script(table: AtTable) -> None:
    """A neighbour brought tomatoes and gave two hours, and takes a jar of honey."""
    await table.press("1")
    for line in ("3 tom", "2h child", "-honey"):
        await table.type(line)
        await table.press("enter")
    await table.type("1/2 br")
    svg = table.app.export_screenshot(title="kiosk")
    PICTURE.write_text(without_downloads(svg), encoding="utf-8")


def main() -> None:
    """Write the picture."""
    with tempfile.TemporaryDirectory() as folder:
        market = Path(folder) / "market"
        play(founded(market, practice=False, crew=(("table", ""), ("stock", ""))), script)


if __name__ == "__main__":
    main()
