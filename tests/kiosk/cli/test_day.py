from __future__ import annotations

import csv
import re
import signal
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from db.market import Market
from kiosk.founding import found_market
from tests.kiosk.cli.lines import CATALOGUE, SOME_GOODS, Lines, copied, dump, found, some_goods
from tests.kiosk.slips.reading import codes


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return found(tmp_path_factory.mktemp("pattern") / "market")


@pytest.fixture
def table(pattern: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Lines:
    return copied(pattern, tmp_path, capsys)


def seen(image: str) -> tuple[str, str, str]:
    from PIL import Image

    with Image.open(image) as opened:
        code = codes(opened)[0]
    return code.text, code.version, code.level


def test_a_market_day_can_be_run_in_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = Lines(tmp_path / "market", capsys)
    assert "permissions" in table.ok("found", "--name", "Oak Street Market")
    assert "236" in table.ok("goods", "import", str(CATALOGUE))
    table.ok("day", "open")

    first = table.slip("--brought", "3 kg tomatoes")
    assert (first["amount"], first["expires"]) == ("6", None)
    assert seen(first["image"]) == (first["text"], "9", "H")
    assert table.json("slip", "check", first["text"])["verdict"] == "good"

    visit = table.json("visit", "--took", "1 honey", "--slip", first["text"])
    (change,) = visit["slips"]
    assert (visit["taken"], visit["redeemed"], visit["solidarity"]) == ("4", "6", "0")
    assert change["amount"] == "2"
    assert seen(change["image"]) == (change["text"], "9", "H")

    assert table.refused("visit", "--took", "1 honey", "--slip", first["text"]) == "SlipSpent"
    spent = table.json("slip", "check", first["text"], status=1)
    assert spent["verdict"] == "spent"
    assert (spent["ended"]["how"], spent["ended"]["visit"]) == ("redeemed", 2)

    undone = table.json("undo")
    assert (undone["undone"], undone["void"], undone["good"]) == (2, ["2"], ["6"])
    assert table.json("slip", "check", first["text"])["verdict"] == "good"
    assert table.json("slip", "check", change["text"], status=1)["verdict"] == "void"

    closing = table.json("day", "close", "--counted", "0")
    assert (closing["sealed"], closing["difference"]) == (True, 0)
    assert table.json("export")["folder"] == closing["export"]
    assert table.json("verify") | {"public_key": ""} == {
        "as_left": True,
        "right": True,
        "findings": [],
        "public_key": "",
    }
    sealed = table.json("verify", closing["export"])
    assert (sealed["right"], sealed["head"], sealed["day"]) == (True, closing["head"], 1)


def test_people_read_what_a_visit_came_to(table: Lines) -> None:
    said = table.ok("visit", "--brought", "3 kg tomatoes", "--work", "2h childcare")
    assert "brought 6, work 8" in said
    assert "slip of 14 credits" in said
    code = re.search(r"\w{5}-\w{5}-\w{5}", said)
    assert code is not None
    assert "GOOD" in table.ok("slip", "check", code[0].lower())


def test_work_and_services_go_their_own_ways(table: Lines) -> None:
    given = table.json("visit", "--work", "2 childcare")
    assert (given["work"], given["brought"]) == ("8", "0")
    (slip,) = given["slips"]
    had = table.json("visit", "--took", "1 hour child care", "--slip", slip["text"])
    assert (had["taken"], had["slips"][0]["amount"]) == ("4", "4")


def test_a_gift_needs_no_slip(table: Lines) -> None:
    given = table.json("visit", "--brought", "3 kg tomatoes", "--gift")
    assert (given["gift"], given["slips"]) == ("6", [])


def test_solidarity_covers_what_is_short(table: Lines) -> None:
    assert table.refused("visit", "--took", "1 honey") == "ShortOfCredits"
    taken = table.json("visit", "--took", "1 honey", "--solidarity")
    assert (taken["solidarity"], taken["slips"]) == ("4", [])


def test_a_slip_can_be_handed_in_by_its_typed_code_or_from_standard_input(
    table: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    import io

    one, two, three = (table.slip("--brought", "1 kg tomatoes") for _ in range(3))
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{two['text']}\n {three['code']} \n\n{one}\n"))
    visit = table.json("visit", "--slip", one["code"].replace("-", ""), "--slip", "-")
    assert visit["redeemed"] == "6"
    monkeypatch.setattr("sys.stdin", io.StringIO(one["text"] + "\n"))
    assert table.json("slip", "check", "-", status=1)["verdict"] == "spent"


def test_a_visit_typed_again_with_its_key_is_booked_and_printed_once(table: Lines) -> None:
    slip = table.slip("--brought", "3 kg tomatoes")
    typed = ("visit", "--took", "1 honey", "--slip", slip["text"], "--key", "stick-7")
    first = table.json(*typed)
    assert (first["key"], first["repeated"]) == ("stick-7", False)
    image = Path(first["slips"][0]["image"])
    image.write_bytes(b"as the printer left it")
    before = dump(table.folder)
    assert table.json(*typed) == first | {"repeated": True}
    assert image.read_bytes() == b"as the printer left it"
    assert "already" in table.ok(*typed)
    assert dump(table.folder) == before


def test_a_repeated_visit_does_not_give_back_what_was_wiped(table: Lines) -> None:
    typed = ("visit", "--brought", "3 kg tomatoes", "--key", "stick-8")
    (slip,) = table.json(*typed)["slips"]
    table.ok("print", "done", str(slip["job"]))
    (again,) = table.json(*typed)["slips"]
    assert (again["text"], again["code"], again["image"]) == (None, None, None)
    assert again["amount"] == "6"


def test_a_printer_that_fails_does_not_undo_the_visit(table: Lines) -> None:
    papers = table.folder / "papers"
    papers.write_text("no folder")
    assert table.run("visit", "--brought", "3 kg tomatoes", "--json") == 0
    assert '"image": null' in table.out
    assert "waits in the queue" in table.err
    (waiting,) = table.json("print", "pending")["jobs"]
    assert (waiting["state"], waiting["copy"]) == ("queued", 1)
    assert table.refused("print", "again", str(waiting["job"]), status=3) == "PrinterTrouble"
    papers.unlink()
    printed = table.json("print", "again", str(waiting["job"]))
    assert printed["copy"] == 1, "what never came out is no copy"
    assert Path(printed["image"]).exists()


def test_a_second_print_is_a_copy_with_the_same_slip(table: Lines) -> None:
    slip = table.slip("--brought", "3 kg tomatoes")
    again = table.json("print", "again", str(slip["job"]))
    assert (again["copy"], seen(again["image"])[0]) == (2, slip["text"])
    assert "copy 3" in table.ok("print", "again", str(slip["job"]))


def test_undo_can_be_taken_back(table: Lines) -> None:
    first = table.slip("--brought", "3 kg tomatoes")
    assert "void" in table.ok("undo")
    back = table.json("undo", "--back")
    assert (back["visit"], back["brought"]) == (2, "6")
    assert back["slips"][0]["text"] != first["text"]
    assert table.refused("undo", "--back") == "NothingToBringBack"


def test_a_lost_slip_is_reissued_and_a_found_one_voided(table: Lines) -> None:
    lost = table.slip("--brought", "3 kg tomatoes")
    (new,) = table.json("slip", "reissue", "1", "--why", "lost on the bus")["slips"]
    assert new["amount"] == "6"
    assert table.json("slip", "check", lost["text"], status=1)["ended"]["how"] == "reissued"
    good = table.json("slip", "check", new["text"])
    assert (good["day"], good["visit"], good["ended"]) == (1, None, None)
    assert table.json("slip", "void", "1/1", "--why", "found in the rain")["voided"] == "6"
    assert table.json("slip", "check", new["text"], status=1)["verdict"] == "void"
    assert table.refused("slip", "void", "1", "--why", "once more") == "NoOpenSlip"
    assert table.refused("slip", "void", "9", "--why", "never was") == "UnknownVisit"
    assert table.refused("slip", "reissue", "1", "--why", " ") in {"NoOpenSlip", "MissingDecision"}


def test_the_report_and_the_ledger_say_what_moved(table: Lines) -> None:
    table.slip("--brought", "3 kg tomatoes")
    table.ok("visit", "--took", "1 honey", "--solidarity")
    report = table.json("day", "report")
    assert report["totals"]["visits"] == 2
    assert (report["totals"]["brought"], report["totals"]["taken"]) == ("6", "4")
    assert report["outstanding"] == {"slips": 1, "credits": "6"}
    assert {one["good"]: one["brought"] for one in report["goods"]} == {
        "tomatoes": "3",
        "honey": "0",
    }
    assert report["balances"] == {"goods": "2", "slips:outstanding": "-6", "solidarity": "4"}
    said = table.ok("day", "report")
    assert "tomatoes: 3 kg in" in said
    assert "slips:outstanding: -6" in said
    assert "table: Ana" in said

    every = table.json("ledger")["entries"]
    assert [one["kind"] for one in every] == ["found", "goods", "open", "visit", "visit"]
    assert [one["visit"] for one in table.json("ledger", "--good", "honey")["entries"]] == [2]
    assert [one["seq"] for one in table.json("ledger", "--last", "1")["entries"]] == [5]
    assert [one["seq"] for one in table.json("ledger", "--visit", "1")["entries"]] == [4]
    for direction, visits in (("in", [1]), ("out", [2])):
        found = table.json("ledger", "--direction", direction)["entries"]
        assert [one["visit"] for one in found] == visits
    assert table.json("ledger", "--day", "9")["entries"] == []
    (line,) = table.ok("ledger", "--visit", "1", "--day", "1").splitlines()
    assert "visit 1: in 3 kg tomatoes · handed out 6" in line


def test_the_ledger_names_a_day_where_an_entry_has_one(table: Lines) -> None:
    table.ok("goods", "spoil", "2 honey", "--why", "broken")
    founded, *_goods, opened, spoiled = table.ok("ledger").splitlines()
    assert founded.endswith("  market founded")
    assert "day" not in founded
    assert re.fullmatch(r"\d+  day 1  \S+ \S+  day opened", opened)
    assert spoiled.endswith("  spoiled: 2 jars honey · broken")


def test_the_ledger_shows_all_where_something_is_named_and_else_the_newest(table: Lines) -> None:
    for _ in range(12):
        table.ok("visit", "--brought", "1 kg tomatoes", "--gift")
        table.ok("undo")
    newest = [one["seq"] for one in table.json("ledger")["entries"]]
    assert newest == list(range(8, 28))
    assert len(table.json("ledger", "--day", "1")["entries"]) == 25


def test_closing_counts_prints_and_exports(table: Lines) -> None:
    slip = table.slip("--brought", "3 kg tomatoes")
    table.ok("visit", "--took", "1 honey", "--slip", slip["text"])
    said = table.ok("day", "close", "--counted", "3")
    assert "3 slips counted, the books say 1: a difference of +2." in said
    (folder,) = (table.folder / "exports").iterdir()
    assert str(folder) in said
    with (folder / "visits.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.reader(file))) == 3
    jobs = table.json("print", "pending")["jobs"]
    assert [job["kind"] for job in jobs] == ["slip", "slip", "seal"]
    assert "closing slip of day 1" in table.ok("print", "pending")
    report = table.json("day", "report")
    assert (report["day"], report["sealed"], report["difference"]) == (1, True, 2)


def test_a_disk_that_fails_after_the_seal_is_said_beside_it(table: Lines) -> None:
    (table.folder / "exports").write_text("no folder")
    assert table.run("day", "close", "--json") == 0
    assert '"export": null' in table.out
    assert "kiosk export 1" in table.err
    assert table.json("day", "report")["sealed"] is True


def test_an_open_day_is_exported_as_it_stands(table: Lines, tmp_path: Path) -> None:
    table.slip("--brought", "3 kg tomatoes")
    exported = table.json("export", "--to", str(tmp_path / "stick"))
    assert exported["sealed"] is False
    assert Path(exported["folder"]).parent == tmp_path / "stick"
    table.ok("day", "close")
    table.ok("day", "open")
    assert table.json("export")["day"] == 1, "the newest sealed day comes first"
    assert table.json("export", "2")["sealed"] is False
    assert table.refused("export", "3") == "UnknownDay"


def test_all_closed_days_are_exported_in_one_line(table: Lines, tmp_path: Path) -> None:
    assert table.refused("export", "--all") == "NoDayClosed"
    table.ok("day", "close")
    table.ok("day", "open")
    table.ok("day", "close")
    table.ok("day", "open")
    said = table.ok("export", "--all", "--to", str(tmp_path / "stick"))
    assert said == f"2 closed market days are in {tmp_path / 'stick'}\n"
    written = table.json("export", "--all", "--to", str(tmp_path / "stick"))["days"]
    assert [(one["day"], one["sealed"]) for one in written] == [(1, True), (2, True)]
    folders = sorted((tmp_path / "stick").glob("day-*"))
    assert [Path(one["folder"]) for one in written] == folders
    assert len(list((tmp_path / "stick").iterdir())) == 3  # and the master file for hledger
    for folder in folders:
        table.ok("verify", str(folder))


def test_ctrl_c_ends_an_export_with_a_sentence_and_leaves_nothing_half(
    table: Lines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pressed(*_anything: object) -> None:
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr("kiosk.exports.progress.Progress.read", pressed)
    # Whoever starts the tests in the background may have told them to ignore it.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        assert table.run("export", "--to", str(tmp_path / "stick")) == 130
    finally:
        signal.signal(signal.SIGINT, before)
    assert table.out == ""
    assert table.err.startswith("The export was stopped.")
    assert table.err.count("\n") == 1
    assert list((tmp_path / "stick").iterdir()) == []


def test_an_export_says_how_far_it_is_at_a_terminal_alone_and_wipes_it_away(
    table: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.exports.progress.PATIENCE", 0)
    monkeypatch.setattr("kiosk.exports.progress.PAUSE", 0)
    table.ok("export")  # whose standard error is no terminal
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert table.run("export") == 0
    *shown, wiped, rest = table.err.split("\r")[1:]
    assert shown
    assert all(re.fullmatch(r"[█░]{30} [0-9]+ %", line) for line in shown)
    assert (shown[-1], rest) == (f"{'█' * 30} 100 %", "")
    assert wiped == " " * len(shown[-1])
    table.json("export")
    assert table.err == ""


def test_an_export_that_was_touched_does_not_verify(table: Lines) -> None:
    table.slip("--brought", "3 kg tomatoes")
    folder = Path(table.json("day", "close")["export"])
    text = (folder / "visits.csv").read_text(encoding="utf-8")
    (folder / "visits.csv").write_text(text.replace("6", "7"), encoding="utf-8")
    found = table.json("verify", str(folder), status=1)
    assert found["right"] is False
    assert "visits.csv" in {one["where"] for one in found["findings"]}
    assert table.run("verify", str(folder)) == 1
    assert "visits.csv: " in table.out
    assert "does not hold what was sealed" in table.err


def test_an_export_is_checked_with_and_without_a_market_at_hand(
    table: Lines, tmp_path: Path
) -> None:
    folder = table.json("day", "close")["export"]
    assert table.json("verify", folder)["market"] == "Oak Street Market"
    assert "The key is that of Oak Street Market." in table.ok("verify", folder)
    neighbour = Lines(tmp_path / "nowhere", table.capture)
    assert neighbour.json("verify", folder)["market"] is None
    assert "compare the key" in neighbour.ok("verify", folder)
    elm = Lines(tmp_path / "elm", table.capture)
    elm.ok("found", "--name", "Elm")
    said = elm.json("verify", folder, status=1)
    (finding,) = said["findings"]
    assert (said["right"], finding["where"]) == (False, "the seal of market day 1")
    assert "the key of Elm is" in elm.err


def test_books_that_were_touched_do_not_verify(table: Lines) -> None:
    import sqlite3

    table.slip("--brought", "3 kg tomatoes")
    database = sqlite3.connect(table.folder / "books.sqlite")
    database.execute("INSERT INTO balance VALUES ('goods', 1)")
    database.commit()
    database.close()
    assert table.json("verify", status=1)["findings"][0]["where"] == "table balance"
    assert table.run("verify") == 1
    assert "do not verify" in table.err


def test_goods_are_listed_rated_spoiled_and_counted(table: Lines) -> None:
    table.ok("visit", "--brought", "3 kg tomatoes", "--gift")
    (found,) = table.json("goods", "list", "tomatoes")["goods"][:1]
    assert (found["id"], found["rate"], found["stock"]) == ("tomatoes", "2", "3")
    assert "tomatoes, kg: 2 credits, 3 kg on the shelf" in table.ok("goods", "list", "tomatoes")
    assert len(table.json("goods", "list")["goods"]) == len(SOME_GOODS)
    table.ok("goods", "rate", "tomatoes", "2.5", "--decision", "assembly of 3 May")
    assert table.json("visit", "--brought", "2 kg tomatoes")["brought"] == "5"
    assert table.json("goods", "spoil", "500 g tomatoes", "--why", "heat")["spoiled"] == "0.5"
    counted = table.json("goods", "count", "5 kg tomatoes")
    assert (counted["counted"], counted["difference"]) == ("5", "0.5")
    assert table.json("goods", "count", "0 tomatoes")["difference"] == "-5"
    assert table.json("goods", "list", "tomatoes")["goods"][0]["stock"] == "0"
    assert table.json("verify")["right"] is True


def test_cards_of_goods_can_be_scanned(table: Lines, tmp_path: Path) -> None:
    sheet = tmp_path / "cards.pdf"
    assert table.json("goods", "cards", "tomatoes", "honey", "--to", str(sheet))["cards"] == 2
    assert sheet.read_bytes().startswith(b"%PDF")
    every = table.json("goods", "cards", "--to", str(sheet))["cards"]
    assert every == len(SOME_GOODS) + 2, "with those that finish and undo a visit"


def test_small_cards_stand_fifteen_on_a_page(table: Lines, tmp_path: Path) -> None:
    import pypdfium2
    import zxingcpp

    def cards_on_the_first(*options: str) -> int:
        sheet = tmp_path / "cards.pdf"
        table.ok("goods", "cards", *["honey"] * 16, "--to", str(sheet), *options)
        page = pypdfium2.PdfDocument(sheet)[0].render(scale=2).to_pil()
        return len(zxingcpp.read_barcodes(page, formats=zxingcpp.BarcodeFormat.QRCode))

    assert (cards_on_the_first(), cards_on_the_first("--small")) == (8, 15)


def test_an_import_and_its_cards_tell_which_letters_paper_lacks(
    table: Lines, tmp_path: Path, only_vera: None
) -> None:
    file = tmp_path / "goods.csv"
    file.write_text("id,unit,rate,name_en\nmilk,l,1,молоко\n", encoding="utf-8")
    assert "“молоко” is printed as “moloko”" in table.told("goods", "import", str(file))
    sheet = str(tmp_path / "cards.pdf")
    assert "“молоко” is printed as “moloko”" in table.told("goods", "cards", "--to", sheet)
    assert table.told("goods", "cards", "honey", "--to", sheet) == ""


def test_rules_are_shown_and_changed_by_decision(table: Lines) -> None:
    before = table.json("rules")
    assert before == {
        "solidarity_visit": None,
        "solidarity_day": None,
        "slip_step": "0.01",
        "slip_days": 0,
        "crew_days": 28,
    }
    options = ("--solidarity-visit", "3", "--slip-step", "0.5", "--slip-days", "30")
    assert table.refused("rules", *options) == "MissingDecision"
    after = table.json("rules", *options, "--decision", "assembly of 3 May")
    assert after == before | {"solidarity_visit": "3", "slip_step": "0.5", "slip_days": 30}
    assert table.json("rules") == after
    assert "good for 30 days" in table.ok("rules")
    assert table.refused("visit", "--took", "1 honey", "--solidarity") == "SolidarityVisitLimit"
    assert table.slip("--brought", "1 kg tomatoes")["expires"] is not None
    table.ok("rules", "--solidarity-visit", "none", "--decision", "assembly of 4 May")
    table.ok("rules", "--crew-days", "7", "--decision", "assembly of 4 May")
    assert "kept for 7 days" in table.ok("rules")
    assert table.refused("rules", "--crew-days", "9999", "--decision", "a") == "BadSetting"
    assert table.json("rules")["solidarity_visit"] is None


def test_a_test_page_holds_no_slip(table: Lines) -> None:
    from PIL import Image

    page = table.json("print", "test")
    with Image.open(page["image"]) as image:
        assert image.width == 384
    assert table.json("print", "pending")["jobs"] == []


def test_letters_that_paper_lacks_are_told_on_standard_error(
    only_vera: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = Lines(tmp_path / "market", capsys)
    assert table.run("found", "--name", "Ярмарка") == 0
    assert "Ярмарка is founded" in table.out
    assert "“Ярмарка” is printed as “Yarmarka”" in table.err
    assert "install a font" in table.err


def test_a_day_long_after_the_last_one_opens_when_its_date_was_confirmed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "market"
    long_ago = datetime.now().astimezone() - timedelta(days=100)
    till = found_market(
        folder, Market("Oak", "", "en", b"", False), goods=some_goods(), clock=lambda: long_ago
    )
    till.open_day()
    till.close_day(None)
    till.close()
    table = Lines(folder, capsys)
    assert table.refused("day", "open") == "DateToConfirm"
    assert table.refused("day", "open", "--date", long_ago.date().isoformat()) == "DateToConfirm"
    today = datetime.now().astimezone().date().isoformat()
    assert table.json("day", "open", "--date", today)["date"] == today
