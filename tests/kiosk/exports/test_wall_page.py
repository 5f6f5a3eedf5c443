"""The wall page says what the day came to, to everybody, and tells nothing of anybody."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from db import catalogue, days
from db.amounts import format_credits
from db.catalogue import Good
from db.connection import open_books
from db.weighing import Line
from kiosk.exports import wall_page
from kiosk.exports.extract import extract
from kiosk.exports.folder import export_day
from kiosk.keys.seals import seal_text
from kiosk.slips.qr import seal_modules
from tests.kiosk.exports.conftest import GOODS, Table, open_table

HOSTILE = '"><script>alert(1)</script>{{ 7 * 7 }}\u202e'


@dataclass
class Read(HTMLParser):
    """What a browser makes of a page: its tags, and the words that are seen."""

    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    _within: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._within.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._within and self._within.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "style" not in self._within:
            self.seen.append(data)

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.seen).split())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def read(source: str) -> Read:
    page = Read()
    page.feed(source)
    page.close()
    return page


def page_of(table: Table, to: Path, number: int = 1) -> str:
    def draw(seal: days.Seal) -> list[list[bool]]:
        return seal_modules(seal_text(table.key.public, seal))

    folder = export_day(table.books, number, to, table.market, draw_seal=draw)
    return (folder / "wall.html").read_text(encoding="utf-8")


def test_the_page_says_what_came_what_went_and_what_was_carried(
    sealed: Table, tmp_path: Path
) -> None:
    words = read(page_of(sealed, tmp_path)).words
    day = days.day(sealed.books, 1)
    balances = days.balances(sealed.books)
    out = format_credits(-balances["slips:outstanding"])
    for part in (
        "market day 1 · Sat 28 Nov 2026", "Oak Street Market",
        f"{day.visits} visits: {format_credits(day.brought + day.work)} credits came in",
        f"{format_credits(day.taken)} went out again. 3 people kept the table.",
        f"credits brought {format_credits(day.brought)}", "hours given 2",
        f"credits taken {format_credits(day.taken)}",
        f"This day it carried {format_credits(day.solidarity)} credits.",
        f"Neighbours gave {format_credits(day.gifts)} credits as gifts",
        f"handed out this day {day.slips_out} slips · {format_credits(day.issued)} credits",
        f"handed in this day {day.slips_in} slips · {format_credits(day.redeemed)} credits",
        "declared void 8 credits", f"in people's pockets {out} credits",
        "paper slips in the box 3 counted, 2 in the books", "honoured from paper in all 4.5 credits",
        "visits that were undone 2",
        "tomatoes: composted or broken 0.7 kg",
        "tomatoes 4 kg 1.625 kg", "child care 2 h 0.5 h",
    ):  # fmt: skip
        assert part in words, part


def test_the_columns_of_the_categories_come_to_the_sealed_totals(
    sealed: Table, tmp_path: Path
) -> None:
    source = page_of(sealed, tmp_path)
    balance = source[source.index('class="balance"') : source.index("</table>")]
    came, went = (
        [float(one) for one in re.findall(rf'class="{look}"><div><span>([0-9.]+)', balance)]
        for look in ("in", "out")
    )
    day = days.day(sealed.books, 1)
    assert round(sum(came) * 100) == day.brought + day.work
    assert round(sum(went) * 100) == day.taken
    assert len(came) == len(went) == 3
    widths = [int(one) for one in re.findall(r'<rect x="[0-9]+" width="([0-9]+)"', balance)]
    assert max(widths) == 100
    assert widths[::2] == [round(100 * one / max(came + went)) for one in came]


def test_the_page_is_whole_in_itself_and_runs_nothing(sealed: Table, tmp_path: Path) -> None:
    source = page_of(sealed, tmp_path)
    page = read(source)
    assert not page.all("script") and not page.all("link") and not page.all("img")
    for _tag, attributes in page.tags:
        assert not {"src", "href", "onload", "onclick", "style"} & attributes.keys()
    assert "url(" not in source and "@import" not in source and "//" not in source


def test_no_handle_no_time_and_nothing_that_can_be_spent(sealed: Table, tmp_path: Path) -> None:
    source = page_of(sealed, tmp_path)
    for handle in ("Ana", "Bo-", "Cleo", "handle"):
        assert handle not in source
    assert not re.search(r"\b[0-2]?[0-9]:[0-5][0-9]\b", read(source).words)
    for secret in (*sealed.slips_and_keys, *sealed.tags):
        assert secret.hex() not in source.replace(" ", "")


def test_the_seal_stands_on_it_and_its_code_is_the_closing_slips(
    sealed: Table, tmp_path: Path
) -> None:
    source = page_of(sealed, tmp_path)
    seal = days.seal(sealed.books, 1)
    assert seal is not None
    joined = read(source).words.replace(" ", "")
    for known in (seal.head, seal.signature, sealed.market.public_key):
        assert known.hex() in joined
    assert f"“ledger {seal.head.hex()[:8]}” must stand on the closing slip" in read(source).words
    assert scanned(source) == seal_text(sealed.key.public, seal)


def scanned(source: str) -> str:
    """What a phone reads in the page's code."""
    import zxingcpp
    from PIL import Image

    path = max(re.findall(r' d="([^"]+)"', source), key=len)
    side = int(re.findall(r'viewBox="0 0 (\d+) \1"', source)[0])
    image = Image.new("L", (side, side), 255)
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path):
        image.paste(0, (int(x), int(y), int(x) + int(length), int(y) + 1))
    (found,) = zxingcpp.read_barcodes(image.resize((4 * side, 4 * side), Image.Resampling.NEAREST))
    return str(found.text)


def test_a_page_of_an_open_day_says_interim_and_bears_no_seal(table: Table, tmp_path: Path) -> None:
    page = read(page_of(table, tmp_path))
    assert "INTERIM The day is still open" in page.words
    assert "Signature" not in page.words
    assert "seal takes the place of these words" in page.words
    assert "PRACTICE" not in page.words


def test_a_page_of_a_practice_market_says_so(sealed: Table, tmp_path: Path) -> None:
    sealed.market = replace(sealed.market, practice=True)
    words = read(page_of(sealed, tmp_path)).words
    assert "PRACTICE This market is for practice" in words
    assert "INTERIM" not in words


@pytest.mark.parametrize(
    ("language", "spoken", "words"),
    [("es", "es", "Nadie se va sin nada"), ("ar", "en", "Nobody is turned away")],
)
def test_the_page_speaks_the_markets_language_else_english(
    sealed: Table, tmp_path: Path, language: str, spoken: str, words: str
) -> None:
    sealed.market = replace(sealed.market, language=language, name="سوق الحي")
    page = read(page_of(sealed, tmp_path))
    assert page.all("html") == [{"lang": spoken}]
    assert words in page.words
    assert "سوق الحي" in page.words


def test_hostile_words_are_only_words(tmp_path: Path) -> None:
    table = open_table(tmp_path / "data")
    table.market = replace(table.market, name=HOSTILE, place=HOSTILE)
    goods = [*GOODS, Good("evil", 0, "produce", "good", "kg", 100, {"en": HOSTILE})]
    catalogue.save_goods(table.books, goods, 0, "words")
    days.open_day(table.books, [(HOSTILE, HOSTILE)])
    table.visit(Line("evil", 1000))
    table.close()
    page = read(page_of(table, tmp_path / "out"))
    assert not page.all("script")
    assert (
        page.words.count("<script>alert(1)</script>{{ 7 * 7 }}") == 4
    )  # title, heading, place, row
    assert "\u202e" not in page.words
    table.books.close()


def test_the_page_is_built_for_those_who_listen_to_it(sealed: Table, tmp_path: Path) -> None:
    source = page_of(sealed, tmp_path)
    page = read(source)
    assert len(page.all("h1")) == len(page.all("main")) == 1
    assert len(page.all("caption")) == len(page.all("table")) > 2
    assert all(attributes.get("scope") in ("col", "row") for attributes in page.all("th"))
    ids = [attributes["id"] for _tag, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert [one["aria-labelledby"] for one in page.all("section")] == ids
    for picture in page.all("svg"):
        assert picture.get("aria-hidden") or (picture["role"] == "img" and picture["aria-label"])


def test_every_text_stands_out_from_its_ground() -> None:
    source = wall_page.TEMPLATE.read_text(encoding="utf-8")
    palettes = [
        dict(re.findall(r"--([a-z-]+): (#[0-9a-f]+);", block))
        for block in re.findall(r":root \{(.*?)\}", source, re.DOTALL)
    ]
    assert len(palettes) == 3  # light, dark, paper
    for palette in palettes:
        grounds = [palette["paper"], palette["card"]]
        pairs = [(text, ground) for text in ("ink", "quiet", "in", "out") for ground in grounds]
        pairs += [("warm", palette["warm-soft"]), ("quiet", palette["warm-soft"])]
        pairs += [("ink", palette["warm-soft"]), ("mark", palette["mark-soft"])]
        for text, ground in pairs:
            assert _contrast(palette[text], ground) >= 4.5, (text, palette[text], ground)


def _contrast(one: str, other: str) -> float:
    """Contrast of two colours as WCAG 2.2 defines it."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_circulation_is_shown_over_the_days_as_their_seals_say_it(tmp_path: Path) -> None:
    table = open_table(tmp_path / "data")
    days.open_day(table.books)
    table.close()
    assert "circulation" not in [
        one.get("class") for one in read(page_of(table, tmp_path)).all("figure")
    ]
    sums = [0]
    for number in range(2, 30):
        days.open_day(table.books)
        table.visit(Line("tomatoes", 1000 * number))
        table.close()
        sums.append(-days.balances(table.books)["slips:outstanding"])
    extracted = extract(table.books, 29, table.market)
    shown = extracted.circulation(wall_page.DAYS_SHOWN)
    assert [one.credits for one in shown] == sums[-wall_page.DAYS_SHOWN :]
    source = page_of(table, tmp_path, 29)
    heights = re.findall(r'width="8" height="(\d+)"', source)
    assert len(heights) == wall_page.DAYS_SHOWN
    assert heights[-1] == "100"
    first, last = (format_credits(shown[at].credits) for at in (0, -1))
    assert f"from {first} to {last}, at most {last}." in read(source).words
    table.books.close()


def test_a_day_on_which_nothing_happened_has_a_page(tmp_path: Path) -> None:
    table = open_table(tmp_path / "data")
    days.open_day(table.books)
    table.close()
    words = read(page_of(table, tmp_path / "out")).words
    assert "A quiet day: no visit was booked." in words
    assert "Nothing was brought and nothing was taken." in words
    assert "This day nobody needed it." in words
    table.books.close()


def test_the_page_of_a_day_stays_the_same_whatever_comes_after(
    sealed: Table, tmp_path: Path
) -> None:
    before = page_of(sealed, tmp_path / "before")
    renamed = [replace(one, names={"en": f"renamed {one.id}"}, category="tools") for one in GOODS]
    catalogue.save_goods(sealed.books, renamed, 0, "the assembly renamed everything")
    sealed.books.close()
    later = open_books(tmp_path / "data", clock=lambda: datetime(2027, 1, 2, 10, 0, tzinfo=UTC))
    again = Table(later, sealed.key, sealed.market, minted=100, keys=100)
    days.open_day(later)
    again.visit(Line("tomatoes", 1000))
    again.close()
    assert page_of(again, tmp_path / "after") == before
    assert "renamed tomatoes" in page_of(again, tmp_path / "after", 2)
    later.close()
