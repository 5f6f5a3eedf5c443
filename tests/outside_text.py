"""Finds what a screen shows of the outside without making it safe first: `python -m tests.outside_text`.

Reads the source of kiosk/screens and kiosk/widgets. Two rules:

- What shows text says `markup=False` where it is made, or is given `Content`; what can't be told so
  (toasts, titles of borders, widgets with markup of their own) is not used at all.
- An attribute that holds words from outside (OUTSIDE) reaches a call that shows (SHOWING), an
  f-string or a `return` only through a function that makes it safe (SAFE). A local name that was
  given such words counts as the words.

It knows names and no types, so a new kind of outside words has to be added to OUTSIDE.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDERS = ("kiosk/screens", "kiosk/widgets")

MADE_PLAIN = {"Static", "Label", "Notice"}
"""Made with `markup=False`."""

NEVER = {
    "Button", "Checkbox", "RadioButton", "RadioSet", "Collapsible", "Tab", "Tabs", "OptionList",
    "SelectionList", "Select", "Tree", "DataTable", "Markdown", "RichLog", "Log", "Link", "Toast",
    "notify", "from_markup", "from_rich_text",
}  # fmt: skip
NEVER_SET = {"border_title", "border_subtitle", "tooltip", "sub_title"}

OUTSIDE = {
    "name", "place", "handle", "words", "why", "crew", "barcodes", "names", "beginning", "facts",
    "strerror", "problem", "reason", "good", "folder", "text", "decision",
}  # fmt: skip
"""Attributes of what the till and the books give that hold words from outside."""

OURS = {
    ("binding", "name"), ("field", "name"), ("choice", "name"), ("message", "name"), ("self", "text"),
    ("self", "folder"), ("event", "name"), ("screen", "name"),
}  # fmt: skip
"""Attributes of the same names that hold words of the program."""

SHOWING = {
    "Static", "Label", "Content", "assemble", "styled", "update", "say", "show", "format", "Card",
    "Question", "Field", "Choice", "column", "_fact", "Figure",
}  # fmt: skip

SAFE = {
    "safe", "good_name", "sentence", "finding", "entry_title", "entry_text", "entry_parts", "moved",
    "quantity", "unit", "category", "len", "bool", "isinstance", "any", "all", "sum", "in_words",
    "half_blocks", "format_quantity", "format_credits", "credits", "quantity_words", "said",
    "quantity_of", "complete", "resolve", "spoil", "count_stock",
}  # fmt: skip


def findings(source: str, where: str) -> list[str]:
    """What is wrong in a module, one line each."""
    tree = ast.parse(source)
    found = [*_plain(tree), *_unsafe(tree)]
    return [f"{where}:{line}: {what}" for line, what in sorted(set(found))]


def _plain(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = _called(node)
            if name in NEVER:
                yield node.lineno, f"{name} reads markup"
            plain = any(
                word.arg == "markup"
                and isinstance(word.value, ast.Constant)
                and word.value.value is False
                for word in node.keywords
            )
            if name in MADE_PLAIN and not plain:
                yield node.lineno, f"{name} without markup=False"
        elif isinstance(node, ast.Attribute) and _is_set(node) and node.attr in NEVER_SET:
            yield node.lineno, f"{node.attr} reads markup"


def _is_set(node: ast.Attribute) -> bool:
    return isinstance(node.ctx, ast.Store)


def _unsafe(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            given = _given_outside(function)
            for node in ast.walk(function):
                for shown in _shown(node):
                    for words in _outside(shown, given):
                        yield words.lineno, f"{ast.unparse(words)} is shown as it is"


def _shown(node: ast.AST) -> list[ast.expr]:
    """The parts of a node that are shown."""
    if isinstance(node, ast.Call) and _called(node) in SHOWING:
        # What a field is filled with goes into a line that keeps nothing but visible characters.
        return [*node.args, *(word.value for word in node.keywords if word.arg != "value")]
    if isinstance(node, ast.FormattedValue):
        return [node.value]
    return []


def _given_outside(function: ast.AST) -> set[str]:
    """Local names that were given words from outside."""
    given: set[str] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and any(_outside(node.value, given)):
            given |= {one.id for one in node.targets if isinstance(one, ast.Name)}
    return given


def _outside(node: ast.AST, given: set[str]) -> Iterator[ast.expr]:
    """Words from outside in an expression, but for those that are made safe or only looked at."""
    if isinstance(node, ast.Call) and _called(node) in SAFE:
        return
    if isinstance(node, ast.Compare | ast.Lambda):
        return
    if isinstance(node, ast.IfExp):
        yield from _outside(node.body, given)
        yield from _outside(node.orelse, given)
        return
    if isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp):
        yield from _outside(node.elt, given | _loop_names(node, given))
        return
    if isinstance(node, ast.Name) and node.id in given:
        yield node
    if isinstance(node, ast.Attribute) and node.attr in OUTSIDE:
        base = node.value
        if not (isinstance(base, ast.Name) and (base.id, node.attr) in OURS):
            yield node
        return
    for child in ast.iter_child_nodes(node):
        yield from _outside(child, given)


def _loop_names(node: ast.ListComp | ast.GeneratorExp | ast.SetComp, given: set[str]) -> set[str]:
    """Names that run over words from outside in a comprehension."""
    return {
        name.id
        for loop in node.generators
        if any(_outside(loop.iter, given))
        for name in ast.walk(loop.target)
        if isinstance(name, ast.Name)
    }


def _called(node: ast.Call) -> str:
    function = node.func
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else ""


def all_findings() -> list[str]:
    """What is wrong in all screens and widgets."""
    return [
        line
        for folder in FOLDERS
        for file in sorted((ROOT / folder).glob("*.py"))
        for line in findings(file.read_text(encoding="utf-8"), str(file.relative_to(ROOT)))
    ]


if __name__ == "__main__":
    wrong = all_findings()
    print("\n".join(wrong))
    sys.exit(bool(wrong))
