"""`README.txt`: what lies in the folder, for people, in the market's language."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path

from db.errors import N_
from kiosk.exports.extract import Extract
from kiosk.exports.resources import Resource
from kiosk.messages import in_language
from kiosk.text import safe

FILE = "README.txt"
RESOURCE = Resource(FILE, "text/plain", N_("What lies in this folder, and how to check it."))

_WIDTH = 78
_NAME_LENGTH = 200


def write(extract: Extract, folder: Path, resources: Iterable[Resource]) -> None:
    """Say in `folder` what `resources` are and how to check them; raises OSError."""
    with (folder / FILE).open("x", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{line}\n" for line in _lines(extract, resources))


def _lines(extract: Extract, resources: Iterable[Resource]) -> Iterator[str]:
    _ = in_language(extract.market.language)
    heading = safe(extract.market.name, _NAME_LENGTH)
    yield heading
    yield _("Market day {day}, {date}, kiosk {kiosk}").format(
        day=extract.number, date=extract.statement["date"], kiosk=extract.statement["kiosk"]
    )
    yield ""
    if extract.interim:
        yield from _paragraph(
            _("INTERIM: this day is still open. The files show how things stood when they were "
              "written; they carry no seal, and what comes after them is not in them.")
        )  # fmt: skip
    if extract.market.practice:
        yield from _paragraph(_("PRACTICE: nothing of this was real."))
    yield from _paragraph(
        _("This folder is the ledger of one market day, open to everyone. Nobody is named in it, and "
          "nobody can spend a slip with it. Credits say what was given; they are not money.")
    )  # fmt: skip
    yield _("The files")
    yield ""
    for one in resources:
        said = ": ".join((one.path, _(one.description)))
        yield from textwrap.wrap(said, _WIDTH, initial_indent="  ", subsequent_indent="    ")
    yield ""
    yield _("Before you hang it on a wall")
    yield ""
    yield from _paragraph(
        _("journal.jsonl carries the times of day at which things were written down, and the words "
          "of every decision and every mishap. It is there so that anyone can check the day, and it "
          "is not for the wall. Everything else may be hung up or published.")
    )  # fmt: skip
    if not extract.interim:
        yield _("How to check it")
        yield ""
        for paragraph in _checks():
            yield from _paragraph(_(paragraph))


def _checks() -> tuple[str, ...]:
    return (
        N_("With the program: “kiosk verify” and the name of this folder, on any computer. It needs "
           "nothing else but the market's public key, to see that the seal is the market's own: "
           "compare the public_key in seal.json with the one that the market shows."),
        N_("Without it: each file's SHA-256 stands in seal.json under its name. Each line of "
           "journal.jsonl is an entry; its hash is the SHA-256 of the hash before it, as 32 bytes, "
           "and the line without its end. Begin with the hash that seal.json “follows”: after the "
           "last line but one you are at the “head” of the seal's “statement”. Who changes, drops or "
           "adds one entry comes to another head."),
        N_("The last line holds that statement and the market's signature on it (Ed25519). The page "
           "for sceptics that comes with the program, check-the-ledger, says all of it in detail, "
           "so that anyone can write a checker of their own."),
    )  # fmt: skip


def _paragraph(text: str) -> Iterator[str]:
    yield from textwrap.wrap(text, _WIDTH)
    yield ""
