"""Whoever holds an export finds what was changed in it, and never falls over what was put there."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.errors import FileUnreadable
from db.journal import canonical
from kiosk import messages
from kiosk.exports.check import MAX_FILES, check_folder
from kiosk.exports.folder import export_day
from kiosk.exports.journal_check import MAX_FILE_BYTES
from kiosk.slips.signing import MarketKey
from tests.kiosk.exports.conftest import DOMAIN, Table, columns, live_a_day, open_table

CSV = ("visits.csv", "lines.csv", "slips.csv", "postings.csv", "stock.csv", "totals.csv")
FILES = (*CSV, "seal.json")


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sealed day, exported once; tests work on copies."""
    folder = tmp_path_factory.mktemp("original")
    table = open_table(folder / "data")
    live_a_day(table)
    table.close(counted=2)
    exported = export_day(table.books, 1, folder / "out", table.market)
    table.books.close()
    return exported


@pytest.fixture
def export(original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(original, tmp_path / original.name))


def verify(kind: str, public_key: bytes, message: bytes, signature: bytes) -> bool:
    assert kind == "seal"
    return Table.verify(None, public_key, message, signature)  # type: ignore[arg-type]


def found(folder: Path) -> set[str]:
    return {finding.where for finding in check_folder(folder, verify)}


def rehash(folder: Path) -> None:
    """What a careful forger does: make the hashes in seal.json fit again."""
    seal = json.loads((folder / "seal.json").read_bytes())
    for path in folder.iterdir():
        if path.name != "seal.json":
            content = path.read_bytes()
            digest = sha256(content).hexdigest()
            seal["files"][path.name] = {"bytes": len(content), "sha256": digest}
    (folder / "seal.json").write_text(json.dumps(seal))


def edit_seal(folder: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    seal = json.loads((folder / "seal.json").read_bytes())
    edit(seal)
    (folder / "seal.json").write_text(json.dumps(seal))


def test_an_untouched_export_has_no_findings(export: Path) -> None:
    assert check_folder(export, verify) == []


def test_the_caller_verifies_the_plain_statement(export: Path) -> None:
    seen: list[tuple[str, bytes, bytes, bytes]] = []

    def look(kind: str, key: bytes, message: bytes, signature: bytes) -> bool:
        seen.append((kind, key, message, signature))
        return True

    assert check_folder(export, look) == []
    ((kind, public_key, message, signature),) = seen
    assert kind == "seal"
    assert message == canonical(json.loads((export / "seal.json").read_bytes())["statement"])
    assert public_key == MarketKey(bytes(range(32))).public.raw
    assert signature == MarketKey(bytes(range(32))).sign(DOMAIN, message)


@pytest.mark.parametrize("name", CSV)
def test_a_changed_byte_is_found(export: Path, name: str) -> None:
    content = bytearray((export / name).read_bytes())
    content[-2] ^= 1
    (export / name).write_bytes(content)
    assert name in found(export)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_found(export: Path, name: str) -> None:
    (export / name).unlink()
    assert name in found(export)


@pytest.mark.parametrize("name", FILES)
def test_a_file_cut_short_is_found(export: Path, name: str) -> None:
    content = (export / name).read_bytes()
    (export / name).write_bytes(content[: len(content) // 2])
    assert name in found(export)


def test_an_added_file_is_found(export: Path) -> None:
    (export / "more.csv").write_text("more")
    assert found(export) == {"more.csv"}


@pytest.mark.parametrize(
    ("name", "column"),
    [
        *(
            ("visits.csv", f"{total}_credits")
            for total in (
                "brought",
                "taken",
                "work",
                "redeemed",
                "issued",
                "solidarity",
                "rounding",
            )
        ),
        ("visits.csv", "slips_in"),
        ("visits.csv", "slips_out"),
        ("lines.csv", "amount_credits"),
        ("postings.csv", "amount_credits"),
        ("slips.csv", "amount_credits"),
    ],
)
def test_a_changed_number_is_found_though_the_hashes_fit(
    export: Path, name: str, column: str
) -> None:
    rows = columns(export / name)
    place = next(index for index, row in enumerate(rows) if row[column] not in ("0", ""))
    rows[place][column] += "1" if "." in rows[place][column] else "0"
    lines = [",".join(rows[0]), *(",".join(row.values()) for row in rows)]
    (export / name).write_text("\n".join(lines) + "\n")
    rehash(export)
    assert found(export) == {name}


@pytest.mark.parametrize("name", CSV)
def test_a_row_left_out_is_found_though_the_hashes_fit(export: Path, name: str) -> None:
    lines = (export / name).read_text().splitlines(keepends=True)
    del lines[2]
    (export / name).write_text("".join(lines))
    rehash(export)
    assert found(export) == {name}


def test_every_total_is_compared_with_the_seal(export: Path) -> None:
    lines = (export / "totals.csv").read_text().splitlines()
    for number, line in enumerate(lines):
        name, value, unit = line.split(",")
        if name in ("name", "market") or name.startswith("crew"):
            continue
        changed = [*lines[:number], f"{name},{value}1,{unit}", *lines[number + 1 :]]
        (export / "totals.csv").write_text("\n".join(changed) + "\n")
        rehash(export)
        assert found(export) == {"totals.csv"}, name


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_what_differs_is_said_in_words_of_people(export: Path, language: str) -> None:
    def edit(seal: dict[str, Any]) -> None:
        for number, part in enumerate(("totals", "balances"), 1):
            for name in seal["statement"][part]:
                seal["statement"][part][name] += 100 * number

    edit_seal(export, edit)
    with messages.speaking(language):
        said = {one.what.partition(":")[0] for one in check_folder(export, lambda *_: True)}
    assert len(said) >= 19, "every total and every account differs"
    assert not any("_" in words or "outstanding" in words for words in said)
    assert ("account of goods" in said) is (language == "en")


def test_postings_that_do_not_balance_are_found(export: Path) -> None:
    lines = (export / "postings.csv").read_text().splitlines(keepends=True)
    moved = [line.replace("1,4,visit", "1,5,visit", 1) for line in lines[:2]]
    (export / "postings.csv").write_text("".join([*moved, *lines[2:]]))
    rehash(export)
    (finding,) = check_folder(export, verify)
    assert finding.what == "row 2, of entry 4: entry is “5”, and the journal says “4”"


@pytest.mark.parametrize("key", ["date", "head", "kiosk", "day", "seq", "counted"])
def test_a_changed_statement_is_found(export: Path, key: str) -> None:
    def edit(seal: dict[str, Any]) -> None:
        value = seal["statement"][key]
        seal["statement"][key] = value + 1 if isinstance(value, int) else value[::-1]

    edit_seal(export, edit)
    assert "seal.json" in found(export)


def test_a_seal_signed_by_another_key_is_found(export: Path) -> None:
    def edit(seal: dict[str, Any]) -> None:
        signed = canonical(seal["statement"])
        seal["signature"] = MarketKey(b"another key".ljust(32)).sign(DOMAIN, signed).hex()

    edit_seal(export, edit)
    assert "seal.json" in found(export)


def test_an_interim_export_says_that_it_has_no_seal(table: Table, tmp_path: Path) -> None:
    folder = export_day(table.books, 1, tmp_path / "out", table.market)
    (finding,) = check_folder(folder, verify)
    assert finding.where == "seal.json"
    assert "once it is closed" in finding.what


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match="nowhere"):
        check_folder(tmp_path / "nowhere", verify)


ABSURD_SEALS = {
    "empty": b"",
    "no text": b"\xff\xfe\x00",
    "a list": b"[]",
    "nested": b"[" * 200_000,
    "a long number": b'{"files": ' + b"9" * 10_000 + b"}",
    "half a character": b'{"market": "\\ud800"}',
    "not a number": b'{"statement": NaN}',
    "large": b" " * 2_000_000,
}


@pytest.mark.parametrize("content", ABSURD_SEALS.values(), ids=ABSURD_SEALS)
def test_an_absurd_seal_is_a_finding(export: Path, content: bytes) -> None:
    (export / "seal.json").write_bytes(content)
    assert found(export) == {"seal.json"}


@pytest.mark.parametrize(
    "path",
    [
        ("public_key",), ("signature",), ("files",), ("files", "lines.csv"), ("statement",),
        ("statement", "totals"), ("statement", "totals", "taken"), ("statement", "balances"),
        ("statement", "balances", "goods"), ("statement", "counted"), ("statement", "day"),
        ("statement", "head"),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "value", [None, True, 1.5, 10**30, "x", "zz" * 32, [], {}, {"a": 1}, "\ud800"], ids=repr
)
def test_a_seal_of_other_types_is_a_finding(
    export: Path, path: tuple[str, ...], value: Any
) -> None:
    def edit(seal: dict[str, Any]) -> None:
        place = seal
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value

    edit_seal(export, edit)
    assert found(export)


def test_a_name_that_leads_out_of_the_folder_is_not_followed(export: Path) -> None:
    (export.parent / "outside.csv").write_text("")
    edit_seal(export, lambda seal: seal["files"].update({"../outside.csv": {"bytes": 0}}))
    assert found(export) == {"seal.json"}


ABSURD_FILES = {
    "empty": b"",
    "no text": b"day,\xff\xfe\n",
    "zeros": bytes(1000),
    "a long line": b"x" * 1_000_000,
    "a long quote": b'"' + b"x\n" * 500_000,
    "other columns": b"a,b,c\n1,2,3\n",
    "a bare quote": b'day,"visit"x\n',
}


@pytest.mark.parametrize("name", CSV)
@pytest.mark.parametrize("content", ABSURD_FILES.values(), ids=ABSURD_FILES)
def test_an_absurd_file_is_a_finding_though_the_hashes_fit(
    export: Path, name: str, content: bytes
) -> None:
    (export / name).write_bytes(content)
    rehash(export)
    assert found(export) == {name}


@pytest.mark.parametrize("cell", ["", "1e3", "0x1", "--1", "1.2345", "9" * 30, "١", "nan", "1,"])
def test_a_cell_that_is_no_number_is_a_finding(export: Path, cell: str) -> None:
    header, first, rest = (export / "postings.csv").read_text().split("\n", 2)
    changed = first.rpartition(",")[0] + "," + cell
    (export / "postings.csv").write_text("\n".join([header, changed, rest]))
    rehash(export)
    assert found(export) == {"postings.csv"}


@pytest.mark.parametrize("name", CSV)
@pytest.mark.parametrize("what", ["pipe", "folder", "loop", "huge"])
def test_what_is_no_file_is_never_waited_for(export: Path, name: str, what: str) -> None:
    path = export / name
    path.unlink()
    if what == "pipe":
        os.mkfifo(path)
    elif what == "folder":
        path.mkdir()
    elif what == "loop":
        path.symlink_to(path)
    else:
        with path.open("wb") as file:
            file.truncate(MAX_FILE_BYTES + 1)
    assert name in found(export)


def test_a_folder_of_thousands_of_files_is_not_read(export: Path) -> None:
    for number in range(MAX_FILES):
        (export / f"{number}").touch()
    assert found(export) == {export.name}


def test_hostile_names_are_shown_harmlessly(export: Path) -> None:
    (export / "a\x1b[31m\udcff\u202e.csv").touch()
    (where,) = found(export)
    assert where == "a [31m.csv"


@given(name=st.sampled_from(FILES), place=st.floats(0, 1), new=st.binary(max_size=40))
def test_any_bytes_anywhere_give_findings_and_nothing_else(
    original: Path, name: str, place: float, new: bytes
) -> None:
    with TemporaryDirectory() as temporary:
        folder = Path(shutil.copytree(original, Path(temporary) / "day"))
        content = (folder / name).read_bytes()
        at = int(place * len(content))
        changed = content[:at] + new + content[at + len(new) :]
        (folder / name).write_bytes(changed)
        findings = check_folder(folder, verify)
        assert all(str(finding).isprintable() for finding in findings)
        if name != "seal.json":
            assert bool(findings) == (changed != content)
