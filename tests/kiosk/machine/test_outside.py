"""What lies on a stick is opened only where it is a plain file, and never waited for."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from db.errors import BadCatalogue, FileUnreadable, FolderUnwritable, KeyUnusable
from kiosk.config import SETTINGS_FILE, Settings, load_settings
from kiosk.exports.seal_file import SEAL_FILE
from kiosk.goods_file import read_goods
from kiosk.keys.card import NoCard, read_card
from kiosk.keys.seals import checked_export
from kiosk.machine.outside import NotPlain, TooLarge, open_plain, read_plain
from kiosk.slips import keyfile
from tests.kiosk.tills import Clock, found


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def a_link(path: Path) -> None:
    target = path.with_name("target")
    target.write_bytes(b"{}")
    path.symlink_to(target)


def a_link_to_nowhere(path: Path) -> None:
    path.symlink_to(path.with_name("nowhere"))


def a_link_to_a_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def a_folder(path: Path) -> None:
    path.mkdir()


def a_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.path.relpath(path))


def a_device(path: Path) -> None:
    try:
        os.mknod(path, 0o600 | 0o020000, os.makedev(1, 5))  # /dev/zero
    except OSError:
        pytest.skip("only root makes devices")


STRANGE = (a_pipe, a_link, a_link_to_nowhere, a_link_to_a_device, a_folder, a_socket, a_device)
READERS: dict[str, Callable[[Path], object]] = {
    "catalogue": read_goods,
    "card": read_card,
    "key": lambda path: keyfile.load(path, None),
    "key's public half": keyfile.public_key,
    "plain": lambda path: read_plain(path, 100),
}


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)  # a socket's name must be short
    return tmp_path / "file"


@pytest.mark.parametrize("strange", STRANGE, ids=lambda strange: strange.__name__)
@pytest.mark.parametrize("reader", READERS)
def test_what_is_no_plain_file_is_refused_at_once(
    path: Path, reader: str, strange: Callable[[Path], None]
) -> None:
    strange(path)
    with pytest.raises((FileUnreadable, KeyUnusable, NotPlain)):
        READERS[reader](path)


@pytest.mark.parametrize("strange", STRANGE, ids=lambda strange: strange.__name__)
def test_settings_that_are_no_plain_file_are_none(
    tmp_path: Path, strange: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    strange(tmp_path / SETTINGS_FILE)
    assert load_settings(tmp_path) == Settings()


@pytest.mark.parametrize("strange", STRANGE, ids=lambda strange: strange.__name__)
def test_a_seal_that_is_no_plain_file_is_none(
    tmp_path: Path, strange: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    strange(tmp_path / SEAL_FILE)
    (finding,) = checked_export(tmp_path).findings
    assert (finding.where, finding.what) == (SEAL_FILE, "it is no file, or far too large")


def test_an_export_waits_for_no_pipe_where_it_looks_what_is_there(tmp_path: Path) -> None:
    till = found(tmp_path / "market", Clock())
    for _day in range(2):
        till.close_day(None)
        till.open_day()
    stick = tmp_path / "stick"
    first, second = till.export_days([1, 2], stick)
    for file in (first / "totals.csv", second / "ledger.journal"):
        file.unlink()
        os.mkfifo(file)
    till.export(2, stick)
    with pytest.raises(FolderUnwritable, match="holds something else"):
        till.export(1, stick)
    till.close()


def descriptors() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def test_a_name_that_leads_elsewhere_by_the_time_it_is_opened_is_refused(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.write_bytes(b"plain")
    plain = path.lstat()
    path.unlink()
    a_pipe(path)
    monkeypatch.setattr(Path, "lstat", lambda _path: plain)
    before = descriptors()
    with pytest.raises(NotPlain):
        open_plain(path)
    assert descriptors() == before


def test_a_plain_file_is_read_up_to_its_limit(path: Path) -> None:
    path.write_bytes(b"x" * 1000)
    assert len(read_plain(path, 1000)) == 1000
    with pytest.raises(TooLarge, match="larger than 2 MB"):
        (path.write_bytes(b"x" * 2_000_001), read_plain(path, 2_000_000))
    path.write_bytes(b"x" * 5000)
    with pytest.raises(TooLarge, match="larger than 4 kB"):
        read_plain(path, 4096)


# Limits of each reader


def goods(rows: int, cells: str = "produce-{number},kg,1,tomatoes {number}") -> str:
    lines = (cells.format(number=number) for number in range(rows))
    return "\n".join(["id,unit,rate,name_en", *lines]) + "\n"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (goods(5001), "more than 5000 goods"),
        (goods(4000, "!,!,!,!"), "more than 1000 mistakes"),
        ("id,unit,rate,name_en" + ",x" * 97 + "\n", "more than 100 columns"),
        ("id,unit,rate,name_en,barcodes\na1,kg,1,x," + "1;" * 51, "more than 50 in the column"),
        ("id,unit,rate,name_en,plural_en\na1,kg,1,x," + "y;" * 51, "more than 50 in the column"),
        ("id,unit,rate,name_en\n" + "a" * 10_001 + ",kg,1,x", "more than 10000 characters"),
    ],
)
def test_a_catalogue_is_refused_whole_where_it_has_too_many_of_anything(
    path: Path, content: str, says: str
) -> None:
    path.write_text(content)
    with pytest.raises(BadCatalogue) as caught:
        read_goods(path)
    assert any(says in line for line in (*caught.value.facts.get("lines", ()), str(caught.value)))


def test_as_many_as_there_may_be_are_taken(path: Path) -> None:
    path.write_text(goods(5000))
    assert len(read_goods(path)) == 5000
    path.write_text("id,unit,rate,name_en,plural_en\na1,kg,1,x," + "y;" * 50)
    assert len(read_goods(path)[0].others["en"]) == 50


DEEP = "[" * 2000 + "]" * 2000


@pytest.mark.parametrize(
    "content",
    [
        "x" * 5000,
        DEEP,
        "null",
        "7",
        '{"card": 1, "market": ["Oak"], "key": "", "check": ""}',
        '{"card": 1, "market": "\\ud800", "key": "' + "00" * 32 + '", "check": ""}',
        '{"card": 1, "market": "Oak", "key": ' + "9" * 3000 + "}",
    ],
)
def test_what_does_not_say_what_a_card_says_is_none(path: Path, content: str) -> None:
    path.write_text(content)
    with pytest.raises(NoCard):
        read_card(path)


@pytest.mark.parametrize("content", ["x" * 5000, DEEP, "null", "7", '{"format": "x"}'])
def test_what_does_not_say_what_a_key_says_is_none(path: Path, content: str) -> None:
    path.write_text(content)
    with pytest.raises(KeyUnusable):
        keyfile.load(path, None)
    with pytest.raises(KeyUnusable):
        keyfile.public_key(path)


@pytest.mark.parametrize("content", [DEEP, '{"dark": true}' + " " * 16_000, "7", '{"x": 9e999}'])
def test_settings_beyond_every_limit_are_none(tmp_path: Path, content: str) -> None:
    (tmp_path / SETTINGS_FILE).write_text(content)
    assert load_settings(tmp_path) == Settings()


def test_a_folder_with_more_names_than_days_can_be_is_not_half_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.exports.check.MAX_DAYS", 5)
    for number in range(5):
        (tmp_path / f"day-{number}").mkdir()
    with pytest.raises(FileUnreadable, match="more than 4 names"):
        checked_export(tmp_path)
