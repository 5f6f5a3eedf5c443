"""From a print job to paper: what stands on a slip in words, its picture, the printer.

In three steps, because they belong to different threads: `sheet` reads the books, `picture` and
`put_on_paper` know nothing of them and may take as long as a slow printer takes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from db import days, jobs
from db.amounts import format_credits
from db.connection import Books
from db.market import Market
from kiosk import wording
from kiosk.messages import _, speaking
from kiosk.paper.printer import Printer, copy_name, nobody_asks
from kiosk.slips import payload, typed_code
from kiosk.text import safe

if TYPE_CHECKING:
    from PIL.Image import Image

    from kiosk.slips.picture import ClosingWords, SlipWords


@dataclass(frozen=True, slots=True)
class Sheet:
    """A paper that is ready to be drawn. `text` is what its QR holds; `paper` a paper width of the
    settings; `name` what its files are called, which tells nothing of the slip."""

    job: int
    kind: str
    name: str
    paper: str
    text: str = field(repr=False)
    words: SlipWords | ClosingWords = field(repr=False)


def sheet(books: Books, market: Market, job: jobs.Job, paper: str) -> Sheet:
    """The paper of a job, in the market's language. Raises JobDone once its content is wiped."""
    content = jobs.content(books, job.id)
    with speaking(market.language):
        if job.kind == "seal":
            text = content.decode()
            words: SlipWords | ClosingWords = _closing_words(books, market, job)
        else:
            text = payload.text_of(content)
            words = _slip_words(books, market, job, content)
    return Sheet(job.id, job.kind, copy_name(file_name(job), job.copy), paper, text, words)


def file_name(job: jobs.Job) -> str:
    """What a job's original is called where papers are files; it tells nothing of the slip."""
    return f"{job.kind}-{job.id:06d}"


def _slip_words(books: Books, market: Market, job: jobs.Job, content: bytes) -> SlipWords:
    from kiosk.slips.picture import SlipWords

    header = payload.unpack(content)
    expiry = (
        _("good until {date}").format(date=wording.long_date(header.expires))
        if header.expires
        else _("no expiry")
    )
    dates = _("{date} · visit {visit} · {expiry}").format(
        date=wording.long_date(header.issued), visit=job.visit, expiry=expiry
    )
    if not job.visit:
        dates = _("{date} · reissued · {expiry}").format(
            date=wording.long_date(header.issued), expiry=expiry
        )
    return SlipWords(
        market=safe(market.name),
        amount=format_credits(header.amount),
        credits_line=wording.credits(header.amount),
        code=typed_code.code_of(header.serial),
        dates_line=dates,
        thanks=(_("Thanks for what you gave. Hand this in at any table of the market."),),
        ledger_line=_("ledger {head}").format(head=_head(books, job)),
        banners=_banners(market, job),
    )


def _closing_words(books: Books, market: Market, job: jobs.Job) -> ClosingWords:
    from kiosk.slips.picture import ClosingWords

    closed = days.day(books, job.day)
    rows = [
        (_("visits"), str(closed.visits)),
        (_("brought"), format_credits(closed.brought)),
        (_("work"), format_credits(closed.work)),
        (_("taken"), format_credits(closed.taken)),
        (_("slips out"), format_credits(closed.issued)),
        (_("slips in"), format_credits(closed.redeemed)),
        (_("solidarity"), format_credits(closed.solidarity)),
    ]
    if closed.counted is not None:
        rows.append(
            (
                _("paper slips counted"),
                _("{counted} of {expected}").format(
                    counted=closed.counted, expected=closed.slips_in
                ),
            )
        )
    return ClosingWords(
        market=safe(market.name),
        headline=_("market day {day} · {date}").format(
            day=job.day, date=wording.long_date(closed.date)
        ),
        rows=tuple(rows),
        notes=(_("Hang this beside the day's ledger: anyone can compare the two."),),
        ledger_line=_("ledger {head}").format(head=_head(books, job)),
        banners=_banners(market, job),
    )


def _banners(market: Market, job: jobs.Job) -> tuple[str, ...]:
    marks = []
    if market.practice:
        marks.append(_("PRACTICE"))
    if job.copy > 1:
        marks.append(_("COPY {number}").format(number=job.copy))
    return tuple(marks)


def _head(books: Books, job: jobs.Job) -> str:
    """The first 8 characters of the journal's head hash when the paper was issued; of a closing
    slip, of the head that the seal names, so that the two can be compared by eye."""
    if job.kind == "seal":
        seal = days.seal(books, job.day)
        return seal.head.hex()[:8] if seal is not None else ""
    row = books.sql(
        "SELECT entry.hash FROM job JOIN entry ON entry.id = job.entry WHERE job.id = ?", (job.id,)
    ).fetchone()
    return row[0].hex()[:8] if row else ""


def test_picture(market: str, paper: str) -> Image:
    """The picture of a test slip, in the language spoken now. `paper` is a paper width."""
    from kiosk.scanning.cards import Action, action_card
    from kiosk.slips.column import PAPERS
    from kiosk.slips.testslip import draw_test

    words = (
        _("1  Both edges: a line at the left, a line at the right"),
        _("2  One line, unbroken from edge to edge"),
        _("3  A field that is black all over, then an even grey"),
        _("4  Scan this"),
    )
    return draw_test(safe(market), words, action_card(Action.TEST), PAPERS[paper])


def print_test(printer: Printer, market: str, paper: str) -> Path | None:
    """Print a test slip; gives the file where the printer is a folder. Raises PrinterTrouble."""
    from kiosk.slips.column import PAPERS

    return printer.print(test_picture(market, paper), "test", PAPERS[paper].dots_per_inch)


def picture(ready: Sheet) -> Image:
    """The picture of a paper, in one bit, at the printer's own dots."""
    from kiosk.slips import picture as drawing

    paper = drawing.PAPERS[ready.paper]
    if isinstance(ready.words, drawing.ClosingWords):
        return drawing.draw_closing(ready.text, ready.words, paper)
    return drawing.draw(ready.text, ready.words, paper)


def put_on_paper(
    printer: Printer, ready: Sheet, begins: Callable[[], None] = nobody_asks
) -> Path | None:
    """Print a paper; gives the file where the printer is a folder. `begins` is called before
    anything that could become paper goes out. Raises PrinterTrouble, and what `begins` raises."""
    from kiosk.slips import picture as drawing

    drawn = picture(ready)
    return printer.print(drawn, ready.name, drawing.PAPERS[ready.paper].dots_per_inch, begins)
