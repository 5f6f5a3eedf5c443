"""The wall page in a real browser: `python -m tests.kiosk.exports.in_chromium FOLDER`.

Exports days of many kinds, shows each page to headless Chromium at the width of a phone and prints
it on A4, and leaves pictures of both in FOLDER to be looked at. It fails where a page is wider than
the phone, where it takes more than two sheets, or where the seal's code does not scan from either.
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

from db.market import Market
from db.weighing import Exchange, Line
from kiosk.founding import found_market, suggested_goods
from kiosk.till import Till

PHONE = 390
HEIGHT = 6000
SHEETS = 2
DOTS_PER_INCH = 300

CHROMIUM = (
    "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--hide-scrollbars",
)  # fmt: skip

MEASURE = """<title>not measured</title><iframe width="{width}" srcdoc="{page}"></iframe><script>
onload = () => document.title = "wide " + frames[0].document.documentElement.scrollWidth
</script>"""


@dataclass(frozen=True)
class Kind:
    """A kind of day to look at."""

    name: str
    market: str
    language: str = "en"
    days: int = 8
    visits: int = 50
    goods: int = 60
    practice: bool = False
    closed: bool = True


KINDS = (
    Kind("rich", "Oak Street Market"),
    Kind("richest", "Oak Street Market", days=30, goods=1000),
    Kind("usual", "Mercado del Roble", "es", visits=25, goods=20),
    Kind("empty", "Oak Street Market", visits=0),
    Kind("first", "Oak Street Market", days=1, visits=3, goods=3),
    Kind("long", "Mercado-de-Redistribución-de-la-Asociación-Vecinal-del-Roble"[:60], "es", goods=30),
    Kind("arabic", "سوق الحي للتضامن والعطاء", "ar", goods=20),
    Kind("open", "Oak Street Market", visits=20, closed=False),
    Kind("practice", "Oak Street Market", "es", visits=20, practice=True),
)  # fmt: skip


def lived(folder: Path, kind: Kind) -> Till:
    """A market that has lived through days of a kind."""
    now = [datetime(2026, 5, 2, 10, tzinfo=UTC)]

    def clock() -> datetime:
        now[0] += timedelta(seconds=1)
        return now[0]

    wanted = Market(kind.market, "Oak Street", kind.language, b"", kind.practice)
    till = found_market(folder, wanted, goods=suggested_goods(), clock=clock)
    chance = random.Random(kind.name)
    goods = till.goods()
    goods = chance.sample(goods, min(kind.goods, len(goods)))
    for day in range(kind.days):
        till.open_day([("table", "Ana"), ("stock", "Bo")])
        visits = kind.visits if day == kind.days - 1 else 12
        for number in range(visits):
            lines = tuple(
                Line(one.id, 500 * chance.randint(1, 6), chance.random() < 0.45)
                for one in chance.sample(goods, chance.randint(1, min(4, len(goods))))
            )
            exchange = Exchange(lines, (), True, chance.random() < 0.1)
            till.book(exchange, f"{day} {number}")
        if kind.closed or day < kind.days - 1:
            till.close_day(0 if day % 2 else None)
        now[0] += timedelta(days=7)
    return till


def chromium(*arguments: str) -> str:
    """What Chromium prints."""
    with TemporaryDirectory() as profile:
        command = [*CHROMIUM, f"--user-data-dir={profile}", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return done.stdout


def looked_at(page: Path, pictures: Path, kind: Kind) -> Iterator[str]:
    """Make the pictures of a page; what is wrong with it."""
    import pypdfium2
    from PIL import Image

    name = pictures / kind.name
    window = f"--window-size={PHONE},{HEIGHT}"
    chromium(window, f"--screenshot={name}-phone.png", page.as_uri())
    chromium("--no-pdf-header-footer", f"--print-to-pdf={name}.pdf", page.as_uri())
    measured = pictures / "measured.html"
    framed = escape(page.read_text("utf-8"))  # no window of Chromium's is as narrow as a phone
    measured.write_text(MEASURE.format(width=PHONE, page=framed), "utf-8")
    found = re.search(r"<title>wide (\d+)", chromium("--dump-dom", measured.as_uri()))
    measured.unlink()
    if found is None or int(found[1]) > PHONE:
        yield f"it is {found and found[1]} wide on a phone of {PHONE}"
    sheets = pypdfium2.PdfDocument(f"{name}.pdf")
    if len(sheets) > SHEETS:
        yield f"it takes {len(sheets)} sheets"
    for number, sheet in enumerate(sheets, start=1):
        image = sheet.render(scale=DOTS_PER_INCH / 72).to_pil()
        image.save(f"{name}-sheet{number}.png")
        if number == 1 and kind.closed and not scans(image):
            yield "the seal's code does not scan from paper"
    if kind.closed and not scans(Image.open(f"{name}-phone.png")):
        yield "the seal's code does not scan from a phone"


def scans(image: object) -> bool:
    """Whether the code of a seal is read in a picture."""
    import zxingcpp

    return any(one.text.startswith("Y02S") for one in zxingcpp.read_barcodes(image))


def main(pictures: Path) -> int:
    """Look at every kind of day."""
    pictures.mkdir(parents=True, exist_ok=True)
    wrong = 0
    for kind in KINDS:
        with TemporaryDirectory() as beside:
            till = lived(Path(beside) / "market", kind)
            page = till.export(kind.days, Path(beside)) / "wall.html"
            till.close()
            problems = list(looked_at(page, pictures, kind))
            wrong += len(problems)
            print(f"{kind.name}: {'; '.join(problems) or 'good'} ({page.stat().st_size:,} bytes)")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
