"""The second checker owes nothing to the project, and the page that it was written from is right."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

from db.journal import GENESIS, canonical
from kiosk.config import asset
from kiosk.exports.csv_files import text_cell
from kiosk.keys.card import MarketCard, read_card
from kiosk.keys.public import KEY_DOMAIN
from kiosk.keys.seals import SEAL_DOMAIN, check_export
from kiosk.till import Till
from tests import tampering
from tests.independent import books, checker
from tests.independent.harmless import harmless
from tests.kiosk.tills import Clock, found

HERE = Path(__file__).parent
PAGE = asset("check-the-ledger.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"^```([a-z0-9-]+)\n(.*?)\n```$", PAGE, re.M | re.S))


def hashed(before: bytes, block: str) -> bytes:
    return sha256(before + BLOCKS[block].encode()).digest()


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Till]:
    """Three exported days and a fourth that is open."""
    clock = Clock()
    till = found(tmp_path_factory.mktemp("market"), clock)
    tampering.live(till, clock)
    yield till
    till.close()


# The page


def test_the_example_s_hashes_are_what_the_page_says() -> None:
    one = hashed(GENESIS, "found")
    two = hashed(one, "open")
    assert (one.hex(), two.hex()) == (BLOCKS["hash-1"], BLOCKS["hash-2"])
    three = hashed(two, "seal")
    assert three.hex() == BLOCKS["hash-3"]
    assert hashed(three, "key-entry").hex() == BLOCKS["hash-4"]
    assert json.loads(BLOCKS["statement"])["head"] == BLOCKS["hash-2"]


def test_the_example_s_seal_is_signed() -> None:
    signed = bytes.fromhex(BLOCKS["tag"]) + BLOCKS["statement"].encode()
    assert sha256(signed).hexdigest() == BLOCKS["signed-bytes"]
    key = VerifyKey(bytes.fromhex(BLOCKS["key"]))
    key.verify(signed, bytes.fromhex(BLOCKS["signature"]))
    with pytest.raises(BadSignatureError):
        key.verify(signed + b" ", bytes.fromhex(BLOCKS["signature"]))
    said = json.loads(BLOCKS["seal"])
    assert said["statement"] == json.loads(BLOCKS["statement"])
    assert said["signature"] == BLOCKS["signature"]


def test_the_example_is_written_as_the_kiosk_writes() -> None:
    assert bytes.fromhex(BLOCKS["tag"]) == SEAL_DOMAIN
    for name in ("found", "open", "seal", "statement", "key-entry", "key-statement"):
        said = json.loads(BLOCKS[name])
        assert canonical(said) == checker.canonical(said) == BLOCKS[name].encode()
    card = json.loads(BLOCKS["card"])
    assert MarketCard(card["market"], bytes.fromhex(card["key"])).line() == BLOCKS["card"]
    assert checker.check_card(card)
    assert not checker.check_card({**card, "market": "Elm Street Market"})


def test_the_example_s_key_is_handed_over(tmp_path: Path) -> None:
    said = json.loads(BLOCKS["key-entry"])
    assert bytes.fromhex(BLOCKS["key-tag"]) == KEY_DOMAIN == checker.KEY_TAG
    assert said["statement"] == json.loads(BLOCKS["key-statement"])
    signed = KEY_DOMAIN + BLOCKS["key-statement"].encode()
    VerifyKey(bytes.fromhex(BLOCKS["key"])).verify(signed, bytes.fromhex(said["signature"]))
    card = json.loads(BLOCKS["card-2"])
    assert checker.check_card(card)
    assert not checker.check_card({**card, "market": "Elm Street Market"})
    (tmp_path / "card").write_text(BLOCKS["card-2"])
    assert read_card(tmp_path / "card").line() == BLOCKS["card-2"]
    assert read_card(tmp_path / "card").handovers[0].new.hex() == said["statement"]["key"]


# The checker


@pytest.mark.parametrize("path", sorted(HERE.glob("[!_t]*.py")), ids=lambda path: path.name)
def test_the_checker_imports_nothing_of_the_project(path: Path) -> None:
    imported = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            imported.add((node.module or "").partition(".")[0])
    assert imported <= {*sys.stdlib_module_names, "nacl", "checker", "harmless"}


def test_the_checker_runs_where_the_project_is_not(market: Till, tmp_path: Path) -> None:
    script = tmp_path / "checker.py"
    script.write_bytes((HERE / "checker.py").read_bytes())
    (tmp_path / "harmless.py").write_bytes((HERE / "harmless.py").read_bytes())
    said = subprocess.run(
        [sys.executable, "-P", str(script), str(market.folder / "exports")],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"PATH": ""},
    )
    assert (said.returncode, said.stdout) == (0, "It is what was sealed.\n"), said


def test_both_checkers_find_honest_days_and_books_right(market: Till) -> None:
    exports = market.folder / "exports"
    for folder in (exports, *exports.glob("day-*")):
        assert check_export(folder) == []
        assert checker.finding(folder) == ""
    assert market.verify() == []
    assert books.finding(market.books.database.connection()) == ""


@given(st.text() | st.text(st.characters(categories=["Cf", "Mn", "Zs", "Cc", "Lo"])))
def test_texts_are_made_harmless_in_the_same_way(text: str) -> None:
    assert harmless(text) == text_cell(text)


@pytest.mark.parametrize(
    "text", ["x" * 200, "x" * 201, "x" * 816, "x " * 500, "\u202e" * 900, "é́́́́́́" * 90]
)
def test_long_texts_are_cut_in_the_same_way(text: str) -> None:
    assert harmless(text) == text_cell(text)


# Both against whoever tampers


def test_both_find_what_is_tampered_with_at_random_and_nothing_else(tmp_path: Path) -> None:
    done = tampering.run(40, 2, tmp_path)
    assert done.total() == 80
    assert done["exports: untouched"] and done["books: untouched"]
    assert len(done) > 10, "most ways of tampering were tried"
