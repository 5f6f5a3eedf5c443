"""The seal of a day on paper and in an exported folder, read by the format as it is written down."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from db import days
from kiosk import crockford
from kiosk.keys.seals import SEAL_DOMAIN, SEAL_PREFIX, check_export, seal_text
from kiosk.slips import payload
from kiosk.slips.qr import SEAL_LENGTH
from kiosk.slips.signing import PublicKey
from kiosk.till import Till
from kiosk.till.records import Closing
from kiosk.verdicts import Verdict
from tests.kiosk.slips.reading import read
from tests.kiosk.tills import booked, handed_out


@pytest.fixture
def closing(till: Till) -> Closing:
    first = handed_out(till)
    booked(till, "-1 honey", slips=[first])
    return till.close_day(counted=1)


def decoded(text: str) -> tuple[int, bytes, int, bytes, bytes]:
    """Version, key id, day, head and signature: 103 bytes in 165 symbols after the prefix."""
    assert text[:4] == "Y02S"
    raw = crockford.decode(text[4:], 103)
    return raw[0], raw[1:5], int.from_bytes(raw[5:7], "big"), raw[7:39], raw[39:]


def test_the_code_of_a_closing_slip_holds_the_seal(till: Till, closing: Closing) -> None:
    from kiosk.paperwork import picture

    seen = read(picture(till.ready(closing.job)))
    assert len(seen.text) == 169 <= SEAL_LENGTH
    version, key_id, day, head, signature = decoded(seen.text)
    assert (version, key_id, day) == (1, till.public.key_id, 1)
    assert (head, signature) == (closing.seal.head, closing.seal.signature)
    assert seen.text == seal_text(till.public, closing.seal)


def test_a_seal_on_paper_proves_the_day_in_an_exported_folder(till: Till, closing: Closing) -> None:
    published = json.loads((till.export(1) / "seal.json").read_bytes())
    *_rest, head, signature = decoded(till.ready(closing.job).text)
    statement = json.dumps(
        published["statement"], ensure_ascii=False, sort_keys=True, separators=(",", ":")
    ).encode()
    assert published["statement"]["head"] == head.hex()
    assert PublicKey(bytes.fromhex(published["public_key"])).verify(
        SEAL_DOMAIN, statement, signature
    )


def test_a_seal_covers_every_entry_before_it(till: Till, closing: Closing) -> None:
    rows = till.books.sql("SELECT kind, hash, prev_hash FROM entry ORDER BY id").fetchall()
    assert rows[-1][0] == "seal"
    assert closing.seal.head == rows[-2][1] == rows[-1][2]


def test_a_days_number_fits_whatever_it_is(till: Till) -> None:
    seal = days.Seal(2**16 - 1, b"{}", bytes(32), bytes(64))
    assert decoded(seal_text(till.public, seal))[2] == 2**16 - 1


def test_a_seal_is_no_slip_and_a_slip_is_no_seal(till: Till, closing: Closing) -> None:
    text = till.ready(closing.job).text
    said = till.scan(text)
    assert isinstance(said, Verdict)
    assert said.word == "unknown"
    assert SEAL_PREFIX != payload.PREFIX
    assert SEAL_DOMAIN != payload.SLIP_DOMAIN


def test_an_exported_folder_that_was_changed_is_found(till: Till, closing: Closing) -> None:
    folder = till.export(1)
    assert check_export(folder, till.public) == []
    for path in sorted(folder.iterdir()):
        before = path.read_bytes()
        for changed in (before[:-2] + b"7\n", before + b"x\n", b""):
            if changed == before:
                continue
            path.write_bytes(changed)
            assert check_export(folder, till.public) != [], (path.name, changed[-20:])
        path.write_bytes(before)
    assert check_export(folder, till.public) == []


def test_a_folder_that_another_key_signed_is_anothers(till: Till, closing: Closing) -> None:
    folder = till.export(1)
    other = PublicKey(bytes(31) + b"\1")
    assert check_export(folder) == []
    assert check_export(folder, other) != []


def test_a_folder_that_is_none_is_said(tmp_path: Path) -> None:
    assert check_export(tmp_path) != []
