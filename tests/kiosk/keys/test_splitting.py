"""The key on stewards' sheets: where they go, what stands on them, and where a rebuilt key belongs."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pypdfium2
import pytest

from db.errors import FolderUnwritable, KeyUnusable
from db.journal import canonical
from db.terms import Handover
from kiosk.config import KEY_FILE
from kiosk.frompaper import decide_lost
from kiosk.keys import splitting
from kiosk.keys.card import MarketCard, card_of, read_card
from kiosk.keys.lock import StewardNeeded
from kiosk.keys.public import KEY_DOMAIN
from kiosk.keys.rotation import rotate
from kiosk.keys.splitting import (
    CardLeadsElsewhere,
    FolderOfTheKiosk,
    NoPrinterForShares,
    SheetsMissing,
    UnknownKey,
)
from kiosk.paper.keysheet import KeySheet, as_pdf, as_text
from kiosk.slips import keyfile, shares
from kiosk.slips.column import PAPERS
from kiosk.slips.keyfile import KeyExists
from kiosk.slips.sharepicture import draw_share
from kiosk.till import Till, open_till
from kiosk.till.records import PaperSlip
from tests.kiosk.paper.printer_server import printer_server
from tests.kiosk.tills import Clock, found, handed_out


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Till]:
    with closing(found(tmp_path / "market", Clock())) as till:
        yield till


def words_anywhere(folder: Path, made: list[shares.Share]) -> list[str]:
    """Files of a folder that hold four words of a share in a row, or the seed."""
    parts = [" ".join(one.words[at : at + 4]).encode() for one in made for at in range(4, 29)]
    return [
        path.name
        for path in folder.rglob("*")
        if path.is_file() and any(part in path.read_bytes() for part in parts)
    ]


# Sheets


def test_sheets_say_what_they_are_in_the_market_s_language(tmp_path: Path) -> None:
    with closing(found(tmp_path / "market", Clock(), name="Plaza\x1b[31m Roble")) as till:
        made = splitting.split_key(till, 3, 2)
        sheets = splitting.sheets(till, made)
    for sheet, share in zip(sheets, made, strict=True):
        said = as_text(sheet)
        assert f"Share {share.number} of 3" in said
        assert "Any 2 of these 3 sheets" in said
        assert share.split in sheet.footer and till.public.key_id.hex() in sheet.footer
        assert "\x1b" not in said
        assert shares.read(said) == share


def test_every_word_stands_on_the_page_with_its_number(till: Till) -> None:
    made = splitting.split_key(till, 3, 2)
    for sheet, share in zip(splitting.sheets(till, made), made, strict=True):
        page = pypdfium2.PdfDocument(as_pdf(sheet))[0]
        said = page.get_textpage().get_text_bounded().split()
        for number, word in enumerate(share.words, start=1):
            assert (str(number), word) in set(pairwise(said))
        assert " ".join(sheet.paragraphs[-1].split()) in " ".join(said)
        assert as_pdf(sheet) == as_pdf(sheet)


@pytest.mark.parametrize("paper", PAPERS.values(), ids=PAPERS)
def test_a_receipt_has_room_for_a_share(till: Till, paper: object) -> None:
    sheet = splitting.sheets(till, splitting.split_key(till, 2, 2))[0]
    picture = draw_share(sheet, paper)  # type: ignore[arg-type]
    assert picture.mode == "1"
    assert picture.width == paper.width  # type: ignore[attr-defined]
    longer = draw_share(replace(sheet, practice="PRACTICE"), paper)  # type: ignore[arg-type]
    assert longer.height > picture.height


@pytest.mark.parametrize("text", [True, False])
def test_sheets_go_where_the_steward_says_and_nowhere_else(
    till: Till, tmp_path: Path, text: bool
) -> None:
    made = splitting.split_key(till, 3, 2)
    files = splitting.write_sheets(
        till, splitting.sheets(till, made), tmp_path / "stick", text=text
    )
    assert sorted(files) == sorted((tmp_path / "stick").iterdir())
    assert len(files) == 3
    for file in files:
        assert file.stat().st_mode & 0o777 == 0o600
    assert words_anywhere(till.folder, made) == []


def test_two_splits_into_one_folder_overwrite_nothing(till: Till, tmp_path: Path) -> None:
    for _ in range(2):
        sheets = splitting.sheets(till, splitting.split_key(till, 3, 2))
        splitting.write_sheets(till, sheets, tmp_path / "stick", text=True)
    assert len(list((tmp_path / "stick").iterdir())) == 6


def test_the_kiosk_s_own_folder_takes_no_sheets(till: Till) -> None:
    sheets = splitting.sheets(till, splitting.split_key(till, 3, 2))
    for folder in (till.folder, till.folder / "papers", till.folder / ".." / "market" / "x"):
        with pytest.raises(FolderOfTheKiosk):
            splitting.write_sheets(till, sheets, folder, text=True)
    assert not (till.folder / "papers").exists()


def test_the_stick_of_the_backups_takes_no_sheets(
    till: Till, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = splitting.sheets(till, splitting.split_key(till, 3, 2))
    stick = tmp_path / "stick"
    (stick / "backups").mkdir(parents=True)
    till.change_settings(replace(till.settings(), backup_folder=str(stick / "backups")))
    with pytest.raises(splitting.FolderOfBackups):
        splitting.write_sheets(till, made, stick / "backups" / "sheets", text=True)
    assert not any((stick / "backups").iterdir())
    splitting.write_sheets(till, made, stick / "on the same disk as the books", text=True)
    real = Path.stat

    def on_a_stick(path: Path, **how: bool) -> os.stat_result:
        told = real(path, **how)
        device = told.st_dev + path.is_relative_to(stick)
        return os.stat_result((*told[:2], device, *told[3:]))

    monkeypatch.setattr(Path, "stat", on_a_stick)
    with pytest.raises(splitting.FolderOfBackups):
        splitting.write_sheets(till, made, stick / "beside" / "them", text=True)
    shutil.rmtree(stick)
    splitting.write_sheets(till, made, tmp_path / "another", text=True)


def test_all_sheets_are_written_or_none(till: Till, tmp_path: Path) -> None:
    sheets = splitting.sheets(till, splitting.split_key(till, 3, 2))
    stick = tmp_path / "stick"
    (stick / f"{sheets[2].name}.txt").mkdir(parents=True)
    with pytest.raises(FolderUnwritable):
        splitting.write_sheets(till, sheets, stick, text=True)
    assert [path.name for path in stick.iterdir()] == [f"{sheets[2].name}.txt"]


def test_a_folder_of_pictures_is_no_printer_for_the_key(till: Till) -> None:
    sheets = splitting.sheets(till, splitting.split_key(till, 3, 2))
    assert not splitting.prints_shares(till)
    with pytest.raises(NoPrinterForShares):
        splitting.print_sheets(till.folder, sheets)


def test_sheets_come_out_of_a_receipt_printer_and_leave_nothing(till: Till) -> None:
    made = splitting.split_key(till, 3, 2)
    sheets = splitting.sheets(till, made)
    with printer_server() as server:
        till.use_printer("network", server.address, "58", cut=True)
        splitting.print_sheets(till.folder, sheets)
        server.wait_for(lambda: len(server.whole()) == 3)
        for paper, sheet in zip(server.whole(), sheets, strict=True):
            assert paper.image.height == draw_share(sheet, PAPERS["58"]).height
    assert words_anywhere(till.folder, made) == []
    assert not (till.folder / "papers").exists()


def test_a_printer_that_breaks_off_leaves_sheets_to_burn(till: Till) -> None:
    class TakenInTheMiddle(list[KeySheet]):
        def __iter__(self) -> Iterator[KeySheet]:
            yield self[0]
            server.settle()
            server.switch_off()
            yield from self[1:]

    sheets = TakenInTheMiddle(splitting.sheets(till, splitting.split_key(till, 3, 2)))
    with printer_server() as server:
        till.use_printer("network", server.address, "58", cut=True)
        with pytest.raises(SheetsMissing, match="Sheet 2 of 3 did not come out whole") as why:
            splitting.print_sheets(till.folder, sheets)
        assert len(server.whole()) == 1
        server.switch_on()
        server.hang_up_at = 2000
        with pytest.raises(SheetsMissing, match="Sheet 1 of 3"):
            splitting.print_sheets(till.folder, sheets[:])
    assert "Burn every sheet that came out" in str(why.value)


# With a passphrase


def test_splitting_is_a_steward_s_to_do(tmp_path: Path) -> None:
    with closing(
        found(tmp_path / "market", Clock(), practice=True, passphrase="open sesame")
    ) as till:
        till.steward.lock()
        with pytest.raises(StewardNeeded):
            splitting.split_key(till, 3, 2)
        till.unlock("open sesame")
        made = splitting.split_key(till, 3, 2)
        assert shares.rebuild(made).public == till.public


# Back


def test_a_rebuilt_key_joins_the_books_that_lost_it(tmp_path: Path) -> None:
    till = found(tmp_path / "market", Clock(), practice=True)
    slip = handed_out(till)
    made = splitting.split_key(till, 3, 2)
    (till.folder / KEY_FILE).unlink()
    till.close()
    with pytest.raises(KeyUnusable):
        open_till(till.folder)
    of = splitting.put_back(till.folder, shares.rebuild(made[1:]), "a new one")
    assert of.name == "Oak Square"
    with closing(open_till(till.folder)) as again:
        assert again.locked
        again.unlock("a new one")
        assert again.check(slip.code).good  # codes are found by what derives from the key
        assert handed_out(again).amount == 600


def test_a_forgotten_passphrase_gives_way_to_a_new_one(tmp_path: Path) -> None:
    with closing(
        found(tmp_path / "market", Clock(), practice=True, passphrase="forgotten")
    ) as till:
        made = splitting.split_key(till, 3, 2)
    for passphrase in ("a new one", None):
        splitting.put_back(till.folder, shares.rebuild(made[:2]), passphrase)
        loaded = keyfile.load(till.folder / KEY_FILE, passphrase)
        assert loaded.public == till.public
    assert (till.folder / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert not [path for path in till.folder.iterdir() if path.name.startswith(".market")]


def test_a_damaged_key_file_gives_way(till: Till) -> None:
    made = splitting.split_key(till, 3, 2)
    (till.folder / KEY_FILE).write_bytes(b"{}")
    splitting.put_back(till.folder, shares.rebuild(made[:2]), None)
    assert keyfile.load(till.folder / KEY_FILE, None).public == till.public


def test_another_market_s_key_never_joins(till: Till, tmp_path: Path) -> None:
    with closing(found(tmp_path / "strange", Clock())) as strange:
        made = splitting.split_key(strange, 3, 2)
    before = (till.folder / KEY_FILE).read_bytes()
    with pytest.raises(UnknownKey, match=shares.rebuild(made).public.key_id.hex()):
        splitting.put_back(till.folder, shares.rebuild(made), None)
    with pytest.raises(KeyExists):
        keyfile.put_back(till.folder / KEY_FILE, shares.rebuild(made), None)
    assert (till.folder / KEY_FILE).read_bytes() == before


def test_sheets_of_an_earlier_key_say_so(till: Till) -> None:
    made = splitting.split_key(till, 3, 2)
    rotate(till, "a new key each spring")
    with pytest.raises(KeyUnusable, match="an earlier key of Oak Square"):
        splitting.put_back(till.folder, shares.rebuild(made), None)
    later = splitting.split_key(till, 3, 2)
    assert shares.rebuild(later).public == till.public != shares.rebuild(made).public


def test_codes_of_slips_of_an_earlier_key_are_found_after_a_rebuild(till: Till) -> None:
    slip = handed_out(till)
    rotate(till, "a new key each spring")
    made = splitting.split_key(till, 3, 2)
    splitting.put_back(till.folder, shares.rebuild(made), None)
    with closing(open_till(till.folder)) as again:
        assert again.check(slip.code).good


@pytest.fixture
def after(till: Till, tmp_path: Path) -> Path:
    """The market as a backup knows it, before its key changed twice and a slip was handed out."""
    till.close()
    folder = tmp_path / "from a backup"
    shutil.copytree(till.folder, folder)
    return folder


def changed_twice(folder: Path) -> tuple[MarketCard, list[shares.Share], PaperSlip]:
    with closing(open_till(folder)) as till:
        rotate(till, "a new key each spring")
        rotate(till, "it was stolen", last_good=till.books.today())
        made = splitting.split_key(till, 3, 2)
        return card_of(till.books), made, handed_out(till)


@pytest.mark.parametrize("key_file", ["there", "gone"])
@pytest.mark.parametrize("is_open", [True, False])
def test_the_card_leads_books_of_before_to_a_key_that_came_later(
    till: Till, after: Path, is_open: bool, key_file: str
) -> None:
    card, made, slip = changed_twice(till.folder)
    with closing(open_till(after)) as open_table:
        before = handed_out(open_table)
        if key_file == "gone":
            (after / KEY_FILE).unlink()
        key = shares.rebuild(made[1:])
        if is_open:
            splitting.rejoin(open_table, key, "new", card.handovers)
            assert not open_table.locked
            assert handed_out(open_table).amount == 600
        else:
            splitting.put_back(after, key, "new", card.handovers)
    with closing(open_till(after)) as again:
        again.unlock("new")
        assert again.public == key.public
        assert card_of(again.books).handovers == card.handovers
        assert again.verify() == []
        assert [path.name for path in after.glob("market.key*")] == [KEY_FILE]
        if is_open or key_file == "there":
            assert again.check(before.code).good  # a typed code is found by what derives from a key
        decide_lost(again, "what came after the backup")
        assert again.check(slip.text).good
        assert handed_out(again).amount == 600


def test_without_a_card_that_leads_there_a_later_key_does_not_join(
    till: Till, after: Path, tmp_path: Path
) -> None:
    with closing(found(tmp_path / "strange", Clock())) as strange:
        rotate(strange, "a new key")
        foreign = card_of(strange.books).handovers
    card, made, _slip = changed_twice(till.folder)
    before = (after / KEY_FILE).read_bytes()
    for handovers, why in (
        ((), UnknownKey),
        (foreign, CardLeadsElsewhere),
        (card.handovers[:1], CardLeadsElsewhere),
        (card.handovers[1:], CardLeadsElsewhere),
    ):
        with pytest.raises(why):
            splitting.put_back(after, shares.rebuild(made[:2]), None, handovers)
    assert (after / KEY_FILE).read_bytes() == before
    with closing(open_till(after)) as again:
        assert again.verify() == [] and card_of(again.books).handovers == ()


def test_a_card_that_no_key_of_the_market_signed_leads_nowhere(till: Till, tmp_path: Path) -> None:
    """Anybody can write a card, and sheets of their own."""
    with closing(found(tmp_path / "forger", Clock())) as forger:
        made = splitting.split_key(forger, 2, 2)
        step = Handover(till.public.raw, forger.public.raw, till.books.today(), None)
        signed = forger.signing_key().sign(KEY_DOMAIN, canonical(step.statement()))
    (tmp_path / "card").write_text(
        MarketCard("Oak Square", forger.public.raw, (step,)).line() + "\n"
    )
    for handovers in (read_card(tmp_path / "card").handovers, [replace(step, signature=signed)]):
        with pytest.raises(CardLeadsElsewhere):
            splitting.rejoin(till, shares.rebuild(made), None, handovers)
    with closing(open_till(till.folder)) as again:
        assert again.key().public == till.public
        assert card_of(again.books).handovers == ()


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_key_that_cannot_be_written_leaves_the_old_one(till: Till) -> None:
    made = splitting.split_key(till, 3, 2)
    before = (till.folder / KEY_FILE).read_bytes()
    till.folder.chmod(0o500)
    with pytest.raises(KeyUnusable):
        keyfile.put_back(till.folder / KEY_FILE, shares.rebuild(made), "new")
    till.folder.chmod(0o700)
    assert (till.folder / KEY_FILE).read_bytes() == before
