"""A restart in the middle of a day waits for nobody, and after the day nothing unlocked is left."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.config import Settings
from kiosk.keys import resting
from kiosk.keys.resting import FILE
from kiosk.till import Till, open_till
from tests.db.table import Clock
from tests.kiosk.tills import found, handed_out

PASSPHRASE = "plum tree at noon"

Opened = Callable[[], Till]


@pytest.fixture
def market(tmp_path: Path, clock: Clock) -> Path:
    """The folder of a market with a passphrase and an open day; its till is closed."""
    till = found(tmp_path / "market", clock, practice=True, passphrase=PASSPHRASE)
    till.close()
    return tmp_path / "market"


@pytest.fixture
def opened(market: Path, clock: Clock) -> Opened:
    return lambda: open_till(market, clock)


def test_a_restart_on_an_open_day_hands_out_slips_and_lets_no_steward_in(opened: Opened) -> None:
    till = opened()
    assert not till.locked
    assert till.steward.closed
    assert till.check(handed_out(till).code).good
    till.close()


def test_the_file_is_its_owners_alone_and_holds_no_passphrase(market: Path) -> None:
    assert (market / FILE).stat().st_mode & 0o777 == 0o600
    assert PASSPHRASE.encode() not in (market / FILE).read_bytes()


def test_it_is_overwritten_and_removed_when_the_day_is_closed(market: Path, opened: Opened) -> None:
    seed = open_till(market).key().seed().hex().encode()
    assert seed in (market / FILE).read_bytes()
    (market / "another name of it").hardlink_to(market / FILE)
    till = opened()
    till.unlock(PASSPHRASE)
    till.close_day(None)
    till.close()
    assert not (market / FILE).exists()
    left = (market / "another name of it").read_bytes()
    assert left == bytes(len(left)), "it was overwritten, not only unlinked"
    (market / "another name of it").unlink()
    assert opened().locked
    for path in market.rglob("*"):
        assert path.is_dir() or seed not in path.read_bytes()


def test_whoever_chooses_so_is_asked_after_each_restart(market: Path, opened: Opened) -> None:
    till = opened()
    till.unlock(PASSPHRASE)
    till.change_settings(Settings(ask_again=True))
    assert not (market / FILE).exists()
    handed_out(till)
    till.close()
    again = opened()
    assert again.locked
    again.unlock(PASSPHRASE)
    assert not (market / FILE).exists()
    again.change_settings(Settings(ask_again=False))
    assert (market / FILE).exists()
    again.close()


def test_a_file_that_a_crash_left_behind_is_wiped_at_the_next_start(
    market: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    till = opened()
    till.unlock(PASSPHRASE)
    with monkeypatch.context() as crash:
        crash.setattr(resting, "wipe", lambda folder: None)
        till.close_day(None)
    till.close()
    assert (market / FILE).exists()
    again = opened()
    assert again.locked
    assert not (market / FILE).exists()


@pytest.mark.parametrize("content", [b"", b"{}", bytes(300), b"\xff"])
def test_a_damaged_file_asks_for_the_passphrase_and_is_mended(
    market: Path, opened: Opened, content: bytes
) -> None:
    (market / FILE).write_bytes(content)
    till = opened()
    assert till.locked
    till.unlock(PASSPHRASE)
    till.close()
    assert not opened().locked


def test_another_markets_key_is_not_taken(market: Path, tmp_path: Path, clock: Clock) -> None:
    other = found(tmp_path / "other", clock, practice=True, passphrase="other")
    other.close()
    (market / FILE).write_bytes((tmp_path / "other" / FILE).read_bytes())
    assert open_till(market, clock).locked


def test_a_market_without_a_passphrase_has_no_such_file(tmp_path: Path, clock: Clock) -> None:
    till = found(tmp_path / "market", clock)
    assert not (till.folder / FILE).exists()
    till.close()


def test_verify_says_when_others_can_read_it(market: Path, opened: Opened) -> None:
    till = opened()
    assert till.verify() == []
    (market / FILE).chmod(0o644)
    assert [one.where for one in till.verify()] == [f"file {FILE}"]


def test_no_export_holds_it(market: Path, opened: Opened, tmp_path: Path) -> None:
    till = opened()
    seed = till.key().seed()
    handed_out(till)
    till.export(1, tmp_path / "stick")
    for path in (tmp_path / "stick").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert seed not in content and seed.hex().encode() not in content


def test_the_line_that_opens_the_day_lets_the_next_lines_hand_out_slips(
    tmp_path: Path, market: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", "--data", str(market), "visit", "--brought", "1 tomatoes"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_what_a_power_cut_left_of_writing_it_is_found_and_wiped(
    market: Path, opened: Opened
) -> None:
    left = market / f".{FILE}.0123abcd"
    left.write_bytes((market / FILE).read_bytes())
    (market / "another name of it").hardlink_to(left)
    assert [one.where for one in resting.findings(market, may_rest=True)] == [f"file {left.name}"]
    opened().close()
    assert not left.exists()
    assert (market / FILE).exists()
    content = (market / "another name of it").read_bytes()
    assert content == bytes(len(content))
