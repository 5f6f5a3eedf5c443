"""A market is founded with its key, its books and its catalogue, or not at all."""

from __future__ import annotations

import json
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from db import atrest
from db.connection import FILE, open_books
from db.errors import (
    BadSetting,
    DataFolderUnusable,
    KeyUnusable,
    KioskError,
    MarketExists,
    NoMarket,
    PassphraseNeeded,
    Trouble,
    WrongPassphrase,
)
from db.market import Market, Rules
from kiosk import config
from kiosk.config import KEY_FILE
from kiosk.founding import (
    found_market,
    found_practice,
    suggested_goods,
    throw_away,
)
from kiosk.slips import keyfile, payload
from kiosk.slips.signing import MarketKey
from kiosk.till import open_till
from tests.kiosk.tills import GOODS, Clock, handed_out

OAK = Market("Oak Square", "by the fountain", "en", b"", practice=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "market"


def permissions(path: Path) -> int:
    return path.stat().st_mode & 0o777


def contents(folder: Path) -> dict[str, bytes] | None:
    """Every file of a folder, byte by byte, but the mark of books at rest, which a full disk may cost;
    None where there is no folder."""
    if not folder.exists():
        return None
    files = (path for path in folder.iterdir() if not path.name.endswith(atrest.SUFFIX))
    return {path.name: path.read_bytes() for path in files}


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """The system refuses every file that grows beyond `size` bytes, as a full disk would."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


# Right


def test_a_founded_market_opens_again_with_what_it_was_founded_with(folder: Path) -> None:
    rules = Rules(slip_step=50, slip_days=90, solidarity_visit=1000)
    made = found_market(folder, OAK, rules=rules, goods=GOODS)
    public = made.key().public
    made.close()
    till = open_till(folder)
    assert till.market == Market("Oak Square", "by the fountain", "en", public.raw, False)
    assert till.key().public == till.public == public
    assert till.rules() == rules
    assert [one.id for one in till.goods()] == [one.id for one in GOODS]
    assert till.verify() == []
    till.close()


def test_two_markets_never_share_a_key(tmp_path: Path) -> None:
    keys = set()
    for name in ("a", "b"):
        till = found_market(tmp_path / name, OAK)
        keys.add(till.public.raw)
        till.close()
    assert len(keys) == 2


def test_what_is_founded_is_for_its_owner_only(folder: Path) -> None:
    till = found_market(folder, OAK, goods=GOODS)
    till.open_day()
    slip = handed_out(till)
    till.print_now(slip.job)
    assert permissions(folder) == 0o700
    files = [path for path in folder.rglob("*") if path.is_file()]
    names = {path.name for path in files}
    assert {FILE, f"{FILE}-wal", f"{FILE}-shm", KEY_FILE} <= names
    assert {path.name: permissions(path) for path in files} == dict.fromkeys(names, 0o600)
    assert permissions(folder / config.PAPERS_FOLDER) == 0o700
    till.close()


def test_a_passphrase_locks_the_key(folder: Path) -> None:
    practice = Market("Oak Square", "", "en", b"", practice=True)  # its lock is cheap to try
    made = found_market(folder, practice, passphrase="plum tree at noon")
    seed = made.key().seed()
    made.close()
    raw = (folder / KEY_FILE).read_bytes()
    assert seed.hex().encode() not in raw
    till = open_till(folder)
    assert till.locked
    with pytest.raises(PassphraseNeeded):
        till.key()
    with pytest.raises(WrongPassphrase):
        till.unlock("plum tree at night")
    assert till.locked
    till.unlock("plum tree at noon")
    assert not till.locked
    assert till.key().seed() == seed
    till.close()


def test_the_key_of_a_live_market_is_dear_to_guess(folder: Path) -> None:
    found_market(folder, OAK, passphrase="plum tree at noon").close()
    content = json.loads((folder / KEY_FILE).read_bytes())
    cost = keyfile.Cost(content["passes"], content["memory"])
    assert cost == keyfile.MODERATE


# A founding that fails


@pytest.mark.parametrize("size", [0, 100, 20_000, 40_000, 130_000])
@pytest.mark.parametrize("earlier", ["nothing", "a folder", "books without a market"])
def test_a_disk_that_refuses_leaves_everything_as_it_was(
    folder: Path, size: int, earlier: str
) -> None:
    """The smallest sizes refuse the books' tables, the next the key, and the largest the books'
    commit, after the key was written."""
    if earlier == "a folder":
        folder.mkdir(parents=True)
    elif earlier == "books without a market":
        open_books(folder, create=True).close()
    before = contents(folder)
    with files_of_at_most(size), pytest.raises(Trouble):
        found_market(folder, OAK, goods=suggested_goods())
    assert contents(folder) == before
    with pytest.raises(NoMarket):
        open_till(folder)
    till = found_market(folder, OAK, goods=GOODS)
    assert till.verify() == []
    till.close()


def test_who_founds_second_leaves_the_first_market_alone(folder: Path) -> None:
    first = found_market(folder, OAK, goods=GOODS)
    with pytest.raises(MarketExists):
        found_market(folder, OAK, goods=GOODS)
    first.open_day()
    handed_out(first)
    first.close()
    again = open_till(folder)
    assert again.newest_day().numbered == 1
    again.close()


def test_a_key_that_lies_there_already_is_not_touched(folder: Path) -> None:
    folder.mkdir(parents=True)
    other = MarketKey.generate()
    keyfile.save(folder / KEY_FILE, other, None)
    before = (folder / KEY_FILE).read_bytes()
    with pytest.raises(keyfile.KeyExists):
        found_market(folder, OAK, goods=GOODS)
    assert (folder / KEY_FILE).read_bytes() == before
    with pytest.raises(NoMarket):
        open_till(folder)
    (folder / KEY_FILE).unlink()
    found_market(folder, OAK, goods=GOODS).close()


def test_a_market_is_not_founded_where_one_is(folder: Path) -> None:
    found_market(folder, OAK, goods=GOODS).close()
    before = (folder / KEY_FILE).read_bytes()
    with pytest.raises(MarketExists) as caught:
        found_market(folder, Market("Elm", "", "en", b"", practice=True), goods=GOODS)
    assert caught.value.facts["market"] == "Oak Square"
    assert (folder / KEY_FILE).read_bytes() == before
    till = open_till(folder)
    assert till.market.name == "Oak Square"
    assert till.verify() == []
    till.close()


@pytest.mark.parametrize(
    ("wanted", "passphrase", "rules", "error"),
    [
        (Market("", "", "en", b"", False), None, None, BadSetting),
        (Market("x" * 61, "", "en", b"", False), None, None, BadSetting),
        (Market("\udc80", "", "en", b"", False), None, None, BadSetting),
        (OAK, "", None, keyfile.EmptyPassphrase),
        (OAK, None, Rules(slip_step=7), BadSetting),
        (OAK, None, Rules(slip_days=-1), BadSetting),
    ],
)
def test_what_can_not_be_founded_leaves_nothing_and_can_be_put_right(
    folder: Path,
    wanted: Market,
    passphrase: str | None,
    rules: Rules | None,
    error: type[KioskError],
) -> None:
    with pytest.raises(error):
        found_market(folder, wanted, passphrase=passphrase, rules=rules, goods=GOODS)
    assert not (folder / KEY_FILE).exists()
    with pytest.raises(NoMarket):
        open_till(folder)
    found_market(folder, OAK, goods=GOODS).close()


def test_a_folder_that_can_not_be_made_is_trouble(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    for folder in (tmp_path / "data", tmp_path / "data" / "market"):
        with pytest.raises(DataFolderUnusable):
            found_market(folder, OAK)
    assert (tmp_path / "data").read_text() == "a file"


# A key and books that do not belong together


def test_another_markets_key_does_not_open_the_till(tmp_path: Path) -> None:
    oak, elm = tmp_path / "oak", tmp_path / "elm"
    for folder in (oak, elm):
        found_market(folder, OAK, goods=GOODS).close()
    (elm / KEY_FILE).replace(oak / KEY_FILE)
    with pytest.raises(KeyUnusable) as caught:
        open_till(oak)
    assert caught.value.facts["folder"] == oak


def test_another_markets_locked_key_is_found_when_it_is_unlocked(tmp_path: Path) -> None:
    practice = Market("Oak Square", "", "en", b"", practice=True)
    oak, elm = tmp_path / "oak", tmp_path / "elm"
    for folder in (oak, elm):
        found_market(folder, practice, passphrase="plum tree").close()
    (elm / KEY_FILE).replace(oak / KEY_FILE)
    till = open_till(oak)
    with pytest.raises(KeyUnusable):
        till.unlock("plum tree")
    assert till.locked
    till.close()


def test_books_without_their_key_do_not_open(folder: Path) -> None:
    found_market(folder, OAK).close()
    (folder / KEY_FILE).unlink()
    with pytest.raises(KeyUnusable):
        open_till(folder)


# Practice


def test_a_practice_market_is_ready_to_use_and_its_slips_are_marked(folder: Path) -> None:
    till = found_practice(folder, "es", Clock())
    assert till.market.practice
    assert till.market.language == "es"
    assert till.day() is not None
    assert [one.id for one in till.goods()] == [one.id for one in suggested_goods()]
    slip = payload.slip_of(handed_out(till).text)
    assert slip is not None
    assert slip[0] & payload.PRACTICE
    assert payload.unpack(slip).practice
    till.close()
    throw_away(folder)
    assert not folder.exists()
    with pytest.raises(DataFolderUnusable):
        throw_away(folder)


def test_the_slips_of_a_live_market_are_not_marked(folder: Path) -> None:
    till = found_market(folder, OAK, goods=GOODS)
    till.open_day()
    slip = payload.slip_of(handed_out(till).text)
    assert slip is not None
    assert not slip[0] & payload.PRACTICE
    till.close()
