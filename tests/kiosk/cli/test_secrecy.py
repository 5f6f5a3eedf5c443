"""Where a slip's secret may lie: in a print job that waits for a person's eye, and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from kiosk.slips import keyfile
from kiosk.slips.payload import slip_of
from tests.faults.canary import Secrets, forms_of_bytes, forms_of_text
from tests.kiosk.cli.lines import Lines, copied, found

PASSPHRASE = "Mirabellenbaum um Mitternacht"
WHO = "Xanthippe Zwetschge"
BOOKS = ("books.sqlite", "books.sqlite-wal")


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return found(tmp_path_factory.mktemp("pattern") / "market")


@pytest.fixture
def table(pattern: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Lines:
    return copied(pattern, tmp_path, capsys)


def secrets_of(slip: Mapping[str, str]) -> dict[str, bytes]:
    """Everything by which a slip could be spent, in every form in which it could lie in a file."""
    raw = slip_of(slip["text"])
    assert raw is not None
    serial, signature = raw[5:13], raw[20:]
    code = slip["code"]
    return {
        "text": slip["text"].encode(),
        "text, wide": slip["text"].encode("utf-16-le"),
        "code": code.encode(),
        "code without hyphens": code.replace("-", "").encode(),
        "code, small": code.lower().encode(),
        "slip": raw,
        "serial": serial,
        "serial, hex": serial.hex().encode(),
        "serial, large hex": serial.hex().upper().encode(),
        "signature": signature,
        "half a signature": signature[:32],
        "the other half": signature[32:],
        "signature, hex": signature.hex().encode(),
        "signature, large hex": signature.hex().upper().encode(),
    }


def files_with_secrets(folder: Path, slips: list[Mapping[str, str]]) -> dict[str, set[str]]:
    """Names of files below `folder` that hold a secret, with what they hold."""
    hits: dict[str, set[str]] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            for slip in slips:
                for what, secret in secrets_of(slip).items():
                    if secret in content:
                        hits.setdefault(path.name, set()).add(what)
    return hits


def a_day(table: Lines) -> list[Mapping[str, str]]:
    """Every way in which a slip is handed out or ends; gives all slips."""
    slips = [table.slip("--brought", f"{number} kg tomatoes") for number in range(1, 7)]
    slips.append(table.slip("--took", "1 honey", "--slip", slips[5]["text"]))
    slips.append(table.slip("--took", "1 honey", "--slip", slips[4]["code"]))
    table.ok("undo")
    (back,) = table.json("undo", "--back")["slips"]
    (new,) = table.json("slip", "reissue", "2", "--why", "lost")["slips"]
    table.ok("slip", "void", "3", "--why", "wet")
    table.ok("print", "again", str(slips[0]["job"]))
    return [*slips, back, new]


def test_once_papers_are_confirmed_no_file_holds_a_secret(table: Lines) -> None:
    slips = a_day(table)
    table.ok("day", "close", "--counted", "2")
    waiting = table.json("print", "pending")["jobs"]
    assert len(waiting) == 8
    for job in waiting:
        table.ok("print", "done", str(job["job"]))
    table.ok("day", "open")
    table.ok("verify")
    table.ok("export", "1")
    files = [path for path in table.folder.rglob("*") if path.is_file()]
    assert len(files) > 5
    assert files_with_secrets(table.folder, slips) == {}
    assert list((table.folder / "papers").iterdir()) == []


def test_the_log_holds_no_secret_either_while_the_books_are_open(table: Lines) -> None:
    from kiosk.till import open_till

    till = open_till(table.folder)  # as the app does: the log is not folded in at each command
    try:
        slips = a_day(table)
        table.ok("day", "close")
        for job in table.json("print", "pending")["jobs"]:
            table.ok("print", "done", str(job["job"]))
        assert (table.folder / BOOKS[1]).exists()
        assert files_with_secrets(table.folder, slips) == {}
    finally:
        till.close()


def test_a_secret_that_waits_lies_in_the_books_and_nowhere_else_readable(table: Lines) -> None:
    slip = table.slip("--brought", "3 kg tomatoes")
    found = files_with_secrets(table.folder, [slip])
    assert found.keys() == {"books.sqlite"}
    assert "slip" in found["books.sqlite"], "the search finds what is there to be found"
    assert "text" not in found["books.sqlite"]
    pictures = sorted(path.name for path in (table.folder / "papers").iterdir())
    assert pictures == ["slip-000001.pdf", "slip-000001.png"]
    for path in (table.folder, table.folder / "papers"):
        assert path.stat().st_mode & 0o077 == 0, "for the owner's eyes only"
    for path in (table.folder / "papers").iterdir():
        assert path.stat().st_mode & 0o077 == 0


def test_undoing_and_voiding_wipe_what_need_not_be_printed_any_more(table: Lines) -> None:
    undone = table.slip("--brought", "3 kg tomatoes")
    table.ok("undo")
    voided = table.slip("--brought", "2 kg tomatoes")
    table.ok("slip", "void", "2", "--why", "wet")
    lost = table.slip("--brought", "1 kg tomatoes")
    table.ok("slip", "reissue", "3", "--why", "lost")
    assert files_with_secrets(table.folder, [undone, voided, lost]) == {}
    assert [path.name for path in (table.folder / "papers").glob("*.png")] == ["slip-000004.png"]


def test_what_is_shown_of_the_ledger_can_not_be_spent(table: Lines) -> None:
    slips = a_day(table)
    for typed in (["ledger"], ["ledger", "--json"], ["day", "report"], ["print", "pending"]):
        said = table.ok(*typed)
        for slip in slips:
            for secret in (slip["text"], slip["code"], slip["code"].replace("-", "")):
                assert secret not in said


def test_neither_key_nor_passphrase_nor_a_forgotten_name_lies_in_any_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    table = Lines(tmp_path / "market", capsys)
    (tmp_path / "passphrase").write_text(PASSPHRASE)
    monkeypatch.setenv("KIOSK_PASSPHRASE_FILE", str(tmp_path / "passphrase"))
    table.ok("found", "--name", "Oak", "--practice", "--suggested-goods")
    table.ok("rules", "--crew-days", "0", "--decision", "assembly")
    table.ok("day", "open", "--crew", f"{WHO}:table")
    seed = keyfile.load(table.folder / "market.key", PASSPHRASE).seed()
    secrets = Secrets({"key": forms_of_bytes(seed), "passphrase": forms_of_text(PASSPHRASE)})
    assert set(secrets.in_files(table.folder)) == {"open-day.key"}
    secrets.add("name", forms_of_text(WHO))
    assert "name (text)" in secrets.in_files(table.folder)["books.sqlite"]
    table.slip("--brought", "3 kg tomatoes")
    (tmp_path / "passphrase").write_text("a wrong one")
    assert table.run("goods", "rate", "honey", "3", "--decision", "assembly") == 1
    assert table.run("slip", "check", "Y026" + "7" * 135) == 1
    (tmp_path / "passphrase").write_text(PASSPHRASE)
    table.ok("day", "close")
    for job in table.json("print", "pending")["jobs"]:
        table.ok("print", "done", str(job["job"]))
    table.ok("verify")
    files = [path for path in table.folder.rglob("*") if path.is_file()]
    assert {"kiosk.log", "books.sqlite", "market.key"} <= {path.name for path in files}
    assert secrets.in_files(table.folder) == {}
    assert all(path.stat().st_mode & 0o077 == 0 for path in files), "for the owner alone"


def test_a_fault_of_the_program_says_where_and_not_with_what(
    table: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(secret: str = "Y026SECRET") -> None:
        raise KeyError(secret)

    monkeypatch.setattr("kiosk.cli.slips.line_of_input", broken)
    table.ok("goods", "list", "honey")  # the log is open from the first command on
    assert table.run("slip", "check", "-") == 3
    assert "KeyError at tests/kiosk/cli/test_secrecy.py:" in table.err
    assert "SECRET" not in table.out + table.err
