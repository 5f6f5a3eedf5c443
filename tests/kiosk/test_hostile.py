"""A sample of the hostile strings, typed into the real kiosk; all of them: `python -m tests.hostile`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.hostile import ANY_SLIP, Wanted, attacked
from tests.kiosk.hostile import KINDS, MILLION, Hostile, corpus
from tests.kiosk.places import PLACES, prepared
from tests.kiosk.scanned import Guarded, dump, guarded


def test_the_corpus_has_all_kinds_and_at_least_five_hundred_strings() -> None:
    strings = corpus(ANY_SLIP)
    assert len({one.data for one in strings}) >= 500
    assert {one.kind for one in strings} >= set(KINDS)
    assert sum(one.at_once for one in strings) >= 500


@contextmanager
def at(folder: Path, place: str) -> Iterator[tuple[Guarded, str]]:
    """A kiosk in `place`, and a slip of its market."""
    slip = prepared(folder, PLACES[place])
    with guarded(folder, place, slip) as kiosk:
        yield kiosk, slip


@pytest.mark.parametrize(("place", "offset"), [("leave?", 5), ("visit", 23)])
def test_a_sample_typed_by_a_scanner_and_in_one_piece_does_nothing(
    tmp_path: Path, place: str, offset: int
) -> None:
    result = attacked(tmp_path, place, Wanted(every=140), offset=offset, million=False)
    assert result.wrong == []
    assert result.count.total() + result.stalled >= 8


def test_all_of_them_in_one_burst_do_nothing_and_a_scan_behind_works(tmp_path: Path) -> None:
    folder = tmp_path / "market"
    with at(folder, "visit") as (kiosk, slip):
        books = dump(folder)
        data = b"".join(one.data for one in corpus(slip) if one.at_once and len(one.data) < 9000)
        assert kiosk.attack(Hostile("all", data), True, slip) == []
        assert kiosk.attack(MILLION, True, slip) == []
        assert dump(folder) == books


def test_a_hundred_scans_without_a_gap_are_taken_exactly_and_in_order(tmp_path: Path) -> None:
    with at(tmp_path / "market", "ledger") as (kiosk, slip):
        texts = [f"Y026{number:02}{slip[6:]}" for number in range(100)]
        kiosk.settle()
        kiosk.send("".join(f"{text}\r" for text in texts).encode(), at_once=True)
        told = kiosk.settle()
        assert told["scans"] == texts, told["longest_pause"]
        assert told["input"] == []


def test_keys_and_a_pointer_go_on_working_afterwards(tmp_path: Path) -> None:
    with at(tmp_path / "market", "home") as (kiosk, slip):
        assert kiosk.attack(Hostile("kitty", b"\x1b[99999999;1u\xff\r"), True, slip) == []
        kiosk.press("3")
        kiosk.wait("LedgerScreen")
        kiosk.press("escape")
        kiosk.wait("HomeScreen")
        kiosk.send(b"\x1b[<35;10;6M", at_once=True)
        kiosk.settle()
        kiosk.terminal.read_for(0.05)
        kinds = []
        for pressed in (b"\x1b[<0;10;6M", b"\x1b[<0;10;6m"):
            kiosk.send(pressed, at_once=True)
            kinds += [one.partition("(")[0] for one in kiosk.settle()["input"]]
        assert kinds == ["MouseDown", "MouseUp"]
        kiosk.terminal.resize(100, 30)
        kiosk.wait("CheckScreen", size=[100, 30])  # the click chose it


def test_a_persons_paste_reaches_the_line(tmp_path: Path) -> None:
    with at(tmp_path / "market", "visit") as (kiosk, _slip):
        kiosk.settle()
        kiosk.send(b"\x1b[200~atoes\x1b[201~", at_once=True)
        (paste,) = kiosk.settle()["input"]
        assert paste.startswith("Paste") and "atoes" in paste
