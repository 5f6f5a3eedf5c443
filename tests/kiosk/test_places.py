"""The list of places in which the kiosk is attacked is complete."""

from __future__ import annotations

import ast
from pathlib import Path

import kiosk.screens
from tests.kiosk.places import PLACES

FOLDER = Path(kiosk.screens.__path__[0])
TREES = [ast.parse(file.read_text(encoding="utf-8")) for file in sorted(FOLDER.glob("*.py"))]
BASES = {"Screen", "ModalScreen"}


def screens() -> dict[str, set[str]]:
    """The classes of all screens and dialogs in the source, each with its bases."""
    found: dict[str, set[str]] = {}
    for tree in TREES:
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                found[node.name] = {_name(base) for base in node.bases}
    known = set(BASES)
    while more := {name for name, bases in found.items() if bases & known} - known:
        known |= more
    return {name: bases for name, bases in found.items() if name in known}


def made() -> set[str]:
    """Names of classes that some screen makes: `Card(title, lines)`."""
    return {
        _name(node.func) for tree in TREES for node in ast.walk(tree) if isinstance(node, ast.Call)
    }


def _name(node: ast.expr) -> str:
    inner = node.value if isinstance(node, ast.Subscript) else node
    return inner.id if isinstance(inner, ast.Name) else ""


def test_each_screen_and_dialog_that_can_be_shown_is_among_the_places() -> None:
    classes = screens()
    based_on = set().union(*classes.values())
    shown = {name for name in classes if name not in based_on or name in made()}
    assert {"HomeScreen", "Question", "Card", "UnlockScreen"} <= shown
    missing = shown - {place.screen for place in PLACES.values()}
    assert not missing, f"add a place to tests/kiosk/places.py for {sorted(missing)}"


def test_no_place_is_of_a_screen_that_does_not_exist() -> None:
    assert {place.screen for place in PLACES.values()} <= set(screens())
