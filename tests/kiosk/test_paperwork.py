"""What stands on paper: in the market's language, marked for what it is, and readable again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from db import jobs
from db.errors import UnknownJob
from db.jobs import JobDone
from db.market import Rules
from kiosk import messages
from kiosk.config import PAPER_WIDTHS
from kiosk.paper.printer import checked_name
from kiosk.paperwork import Sheet, file_name, picture, put_on_paper, sheet
from kiosk.slips import payload
from kiosk.slips.picture import PAPERS, ClosingWords, SlipWords
from kiosk.till import Till
from tests.kiosk.slips.reading import codes, read
from tests.kiosk.tills import Clock, booked, found, handed_out


@pytest.fixture
def spanish(tmp_path: Path, clock: Clock) -> Iterator[Till]:
    """A market that speaks Spanish, at a table whose screen speaks English."""
    made = found(tmp_path / "market", clock, language="es")
    yield made
    made.close()


def slip_words(ready: Sheet) -> SlipWords:
    assert isinstance(ready.words, SlipWords)
    return ready.words


def closing_words(ready: Sheet) -> ClosingWords:
    assert isinstance(ready.words, ClosingWords)
    return ready.words


def head(till: Till) -> str:
    row = till.books.sql("SELECT hash FROM entry ORDER BY id DESC LIMIT 1").fetchone()
    return str(row[0].hex())


# What a slip says


def test_a_slip_says_in_words_what_it_is(till: Till) -> None:
    slip = handed_out(till, "1.25 tomatoes")
    ready = till.ready(slip.job)
    assert (ready.job, ready.kind, ready.text, ready.paper) == (slip.job, "slip", slip.text, "58")
    assert slip_words(ready) == SlipWords(
        market="Oak Square",
        amount="2.5",
        credits_line="2.5 credits",
        code=slip.code,
        dates_line="28 Nov 2026 · visit 1 · no expiry",
        thanks=("Thanks for what you gave. Hand this in at any table of the market.",),
        ledger_line=f"ledger {head(till)[:8]}",
        banners=(),
    )


def test_one_credit_is_one_credit_and_an_expiry_is_a_date(till: Till) -> None:
    till.set_rules(Rules(slip_days=30), "decided by the assembly")
    words = slip_words(till.ready(handed_out(till, "0.5 tomatoes").job))
    assert words.credits_line == "1 credit"
    assert words.dates_line == "28 Nov 2026 · visit 1 · good until 28 Dec 2026"


def test_the_head_on_a_slip_is_that_of_its_own_entry(till: Till) -> None:
    slip = handed_out(till)
    line = f"ledger {head(till)[:8]}"
    handed_out(till)
    assert slip_words(till.ready(slip.job)).ledger_line == line


def test_paper_speaks_the_markets_language_while_the_screen_speaks_another(
    spanish: Till,
) -> None:
    slip = handed_out(spanish)
    messages.use("en")
    words = slip_words(spanish.ready(slip.job))
    assert messages.language() == "en"
    with messages.speaking("es"):
        assert words.credits_line == messages.ngettext(
            "{amount} credit", "{amount} credits", 2
        ).format(amount="6")
        assert words.thanks == (
            messages._("Thanks for what you gave. Hand this in at any table of the market."),
        )
    assert "créditos" in words.credits_line
    assert "visit 1" not in words.dates_line
    closing = closing_words(spanish.ready(spanish.close_day(0).job))
    assert "market day" not in closing.headline
    assert "visits" not in [label for label, _value in closing.rows]


def test_the_screens_language_comes_back_where_a_paper_can_not_be_made(spanish: Till) -> None:
    slip = handed_out(spanish)
    spanish.confirm(slip.job)
    messages.use("en")
    with pytest.raises(JobDone):
        spanish.ready(slip.job)
    assert messages.language() == "en"


def test_a_copy_says_which_copy_it_is_and_is_the_same_slip(till: Till) -> None:
    slip = handed_out(till)
    seen = []
    for _ in range(3):
        ready = till.ready(slip.job)
        seen.append((slip_words(ready).banners, ready.name, ready.text))
        till.print_again(slip.job)
    name = f"slip-{slip.job:06d}"
    assert seen == [
        ((), name, slip.text),
        (("COPY 2",), f"{name}-copy2", slip.text),
        (("COPY 3",), f"{name}-copy3", slip.text),
    ]


def test_practice_is_marked_on_every_paper(tmp_path: Path, clock: Clock) -> None:
    till = found(tmp_path / "market", clock, practice=True)
    slip = handed_out(till)
    assert slip_words(till.ready(slip.job)).banners == ("PRACTICE",)
    till.print_again(slip.job)
    assert slip_words(till.ready(slip.job)).banners == ("PRACTICE", "COPY 2")
    assert closing_words(till.ready(till.close_day(None).job)).banners == ("PRACTICE",)
    till.close()


def test_a_reissued_slip_names_no_visit(till: Till) -> None:
    handed_out(till)
    slip = till.reissue(1, 1, "washed with the trousers")
    assert slip_words(till.ready(slip.job)).dates_line == "28 Nov 2026 · reissued · no expiry"


def test_a_markets_name_acts_on_no_paper(till: Till) -> None:
    job = jobs.job(till.books, handed_out(till).job)
    hostile = replace(till.market, name="Oak\x1b[2J\u202e\nSquare" + "!" * 200)
    words = slip_words(sheet(till.books, hostile, job, "58"))
    assert words.market.startswith("Oak [2J Square!!!")
    assert len(words.market) <= 120


def test_the_files_of_a_paper_tell_nothing_of_it(till: Till) -> None:
    slip = handed_out(till, "3 tomatoes", "1 childcare")
    seal = till.close_day(None).job
    for job in till.pending():
        name = till.ready(job.id).name
        assert name == file_name(job) == checked_name(name)
        assert name in (f"slip-{slip.job:06d}", f"seal-{seal:06d}")
    assert repr(till.ready(slip.job)).count(slip.text) == 0


# What a closing slip says


def test_a_closing_slip_says_what_the_day_came_to(till: Till) -> None:
    first = handed_out(till, "3 tomatoes", "0.5 childcare")
    booked(till, "-1 honey", slips=[first])
    booked(till, "-1 tomatoes", solidarity=True)
    closing = till.close_day(counted=2)
    words = closing_words(till.ready(closing.job))
    assert words.market == "Oak Square"
    assert words.headline == "market day 1 · 28 Nov 2026"
    assert words.rows == (
        ("visits", "3"),
        ("brought", "6"),
        ("work", "2"),
        ("taken", "6"),
        ("slips out", "12"),
        ("slips in", "8"),
        ("solidarity", "2"),
        ("paper slips counted", "2 of 1"),
    )
    assert words.ledger_line == f"ledger {closing.seal.head.hex()[:8]}"
    assert closing_words(till.ready(closing.job)).notes


def test_where_nobody_counted_the_closing_slip_says_nothing_of_it(till: Till) -> None:
    words = closing_words(till.ready(till.close_day(None).job))
    assert [label for label, _value in words.rows][-1] == "solidarity"
    assert len(words.rows) == 7


# On paper


@pytest.mark.parametrize("paper", PAPER_WIDTHS)
def test_a_slip_and_a_closing_slip_read_back_as_what_they_say(till: Till, paper: str) -> None:
    till.change_settings(replace(till.settings(), paper=paper))
    slip = handed_out(till)
    image = picture(till.ready(slip.job))
    assert (image.mode, image.width) == ("1", PAPERS[paper].width)
    first, second = codes(image)
    assert (first.text, first.version, first.level) == (slip.text, "9", "H")
    assert second.text == slip.text
    assert till.check(first.text).good
    sealed = till.ready(till.close_day(None).job)
    assert read(picture(sealed)).text == sealed.text


class Tray:
    """A printer that keeps what it was given."""

    label = "tray"

    def __init__(self) -> None:
        self.taken: list[tuple[Any, str, int]] = []

    def print(self, image: Any, name: str, dpi: int, begins: Any = None) -> None:
        self.taken.append((image, name, dpi))

    def state(self) -> Any:
        raise AssertionError("nobody asks")

    def forget(self, name: str) -> None:
        raise AssertionError("nothing is to be forgotten")


def test_a_printer_gets_the_picture_its_name_and_its_own_dots(till: Till) -> None:
    for paper in PAPER_WIDTHS:
        till.change_settings(replace(till.settings(), paper=paper))
        tray = Tray()
        ready = till.ready(handed_out(till).job)
        assert put_on_paper(tray, ready) is None
        ((image, name, dpi),) = tray.taken
        assert (name, dpi) == (ready.name, PAPERS[paper].dots_per_inch)
        assert image.tobytes() == picture(ready).tobytes()


def test_a_paper_is_drawn_without_the_books(till: Till) -> None:
    """Drawing and printing are done on another thread, where the books must not be touched."""
    ready = till.ready(handed_out(till).job)
    till.close()
    assert [code.text for code in codes(picture(ready))] == [ready.text] * 2


def test_a_picture_is_printed_where_the_folder_printer_says(till: Till) -> None:
    slip = handed_out(till)
    file = till.print_now(slip.job)
    assert file is not None
    assert os.path.relpath(file, till.folder) == f"papers/slip-{slip.job:06d}.png"
    from PIL import Image

    with Image.open(file) as image:
        assert [code.text for code in codes(image)] == [slip.text] * 2


def test_a_paper_that_never_was_is_refused(till: Till) -> None:
    with pytest.raises(UnknownJob):
        till.ready(99)


def test_what_stands_in_the_code_of_a_slip_is_what_stands_in_words(till: Till) -> None:
    till.set_rules(Rules(slip_days=30, slip_step=50), "decided by the assembly")
    ready = till.ready(handed_out(till, "0.9 tomatoes").job)
    header = payload.unpack(payload.slip_of(ready.text) or b"")
    words = slip_words(ready)
    assert header.amount == 200
    assert words.amount == "2"
    assert words.credits_line == "2 credits"


def test_every_market_language_has_paper(tmp_path: Path, clock: Clock) -> None:
    for language in (*messages.LANGUAGES, "xx"):
        till = found(tmp_path / language, clock, language=language)
        assert till.market.language == language
        words = slip_words(till.ready(handed_out(till).job))
        assert words.amount in words.credits_line, "the figure is set large where it stands"
        till.close()


def test_a_market_with_an_office_printer_gets_a_whole_page(till: Till) -> None:
    import pypdfium2

    till.change_settings(replace(till.settings(), paper="a4"))
    slip = handed_out(till, "1 tomatoes")
    file = till.print_now(slip.job)
    assert file is not None
    (page,) = pypdfium2.PdfDocument(file.with_suffix(".pdf"))
    assert [side * 25.4 / 72 for side in page.get_size()] == pytest.approx([210, 297], abs=0.1)
    seen = codes(page.render(scale=300 / 72).to_pil())
    assert [code.text for code in seen] == [slip.text] * 2


def test_a_slip_in_letters_from_the_right_reads_back(tmp_path: Path, clock: Clock) -> None:
    made = found(tmp_path / "market", clock)
    try:
        ready = made.ready(handed_out(made, "1 tomatoes").job)
        drawn = [
            picture(replace(ready, words=replace(slip_words(ready), market=name), paper=width))
            for name in ("سوق الحي المجاني في شارع البلوط", "שוק השכונה (3)", "Αγορά", "Ярмарка")
            for width in PAPER_WIDTHS
        ]
        assert {code.text for image in drawn for code in codes(image)} == {ready.text}
        assert len({image.tobytes() for image in drawn}) == len(drawn)
    finally:
        made.close()
