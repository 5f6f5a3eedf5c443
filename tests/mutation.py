"""The mutants of a module: its syntax tree with one thing changed, made again whenever it is needed.

Left out is what no test should notice: docstrings, annotations and names of types, sentences for
people (they have tests of their own), words for programmers, imports for types, assertions, the sizes
of caches, and white space between the lines of a picture.
"""

from __future__ import annotations

import ast
import copy
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType
from typing import Any, NamedTuple

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
SUMS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult, ast.LShift: ast.RShift, ast.RShift: ast.LShift, ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd, ast.BitXor: ast.BitOr, ast.Div: ast.Mult, ast.Pow: ast.Mult,
}  # fmt: skip
MARKS = {
    "N_",
    "_",
    "ngettext",
    "cast",
    "dataclass",
    "TypeVar",
    "NewType",
    "ValueError",
    "TypeError",
    "AssertionError",
    "slot",
}
"""Calls whose words are for people, for programmers or for the type checker: that these errors are
raised at all is changed all the same. The name of a slot is wrong at the first run of its statement, or
nothing is looked up by it."""
PRECAUTIONS = {"strict", "maxsize"}
"""Arguments that change nothing where all is right: `zip(strict=True)` is an assertion that two lists
are equally long, and a cache of any size gives what the function gives."""
WORDS = {"sentence", "__all__", "__slots__"}
"""Names whose values are."""
BLOCKS = ("body", "orelse", "finalbody")
"""Where statements stand that may be left out."""

Change = Callable[[Any], None]


class Mutant(NamedTuple):
    """One change: the module's `path`, the number of the changed node in the order of the walk, which
    of its changes, the `lines` it stands on, and what it is in words: no other mutant of the module
    has the same ones, and they stay the same when lines move."""

    path: str
    node: int
    which: int
    lines: range
    at_import: bool
    words: str

    @property
    def changes_nothing(self) -> bool:
        """Whether it is the module as it is, to see that the tests pass then."""
        return self.which < 0

    def __str__(self) -> str:
        return f"{self.path}:{self.lines.start}: {self.words}"


def mutants(root: Path, path: Path) -> Iterator[Mutant]:
    """Every mutant of a module."""
    tree = ast.parse((root / path).read_text(encoding="utf-8"))
    said: Counter[str] = Counter()
    for number, (node, inside, statement) in enumerate(_walk(tree)):
        for which, (words, _change) in enumerate(_changes(node)):
            if isinstance(node, ast.Constant):
                words += f" in {_short(statement)}"
            said[words] += 1
            if said[words] > 1:
                words += f" (no. {said[words]})"
            first = getattr(node, "lineno", 1)
            lines = range(first, getattr(node, "end_lineno", first) + 1)
            later = inside or isinstance(node, ast.FunctionDef)  # what is changed there is its body
            yield Mutant(str(path), number, which, lines, not later, words)


def unchanged(path: str) -> Mutant:
    """The module as it is."""
    return Mutant(path, 0, -1, range(0), True, "unchanged")


def install(root: Path, mutant: Mutant) -> None:
    """From now on the module is imported as the mutant."""
    name = mutant.path.removesuffix(".py").replace("/", ".")
    sys.meta_path.insert(0, _Finder(name, root / mutant.path, mutant))


def mutated(source: str, mutant: Mutant) -> ast.Module:
    """The module's tree with the change in it."""
    tree = ast.parse(source)
    if mutant.changes_nothing:
        return tree
    node = next(node for number, (node, *_) in enumerate(_walk(tree)) if number == mutant.node)
    list(_changes(node))[mutant.which][1](node)
    return ast.fix_missing_locations(tree)


def code_of(path: Path, mutant: Mutant | None) -> CodeType:
    """The module's code, with the change in it where there is one."""
    source = path.read_text(encoding="utf-8")
    return compile(mutated(source, mutant) if mutant else ast.parse(source), str(path), "exec")


class _Finder(MetaPathFinder):
    def __init__(self, name: str, path: Path, mutant: Mutant) -> None:
        self._name, self._path, self._mutant = name, path, mutant

    def find_spec(self, name: str, _path: Any = None, _target: Any = None) -> ModuleSpec | None:
        if name != self._name:
            return None
        loader = _Loader(name, str(self._path))
        loader.mutant = self._mutant
        return spec_from_file_location(name, self._path, loader=loader)


class _Loader(SourceFileLoader):
    mutant: Mutant

    def get_code(self, fullname: str) -> CodeType:
        return code_of(Path(self.path), self.mutant)


# Which nodes


def _walk(
    tree: ast.AST, inside: bool = False, statement: ast.AST | None = None
) -> Iterator[tuple[ast.AST, bool, ast.AST]]:
    """The nodes that may be changed, whether each lies in a function, and the statement it lies in."""
    if statement is None or isinstance(tree, ast.stmt):
        statement = tree
    yield tree, inside, statement
    for child in _children(tree):
        # What stands in the head of a function is done when it is defined.
        is_body = isinstance(tree, ast.FunctionDef) and not isinstance(child, ast.arguments)
        yield from _walk(child, inside or is_body, statement)


def _children(node: ast.AST) -> Iterator[ast.AST]:
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "type_comment", "op", "ops", "ctx"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _is_left_out(child):
                yield child


def _is_left_out(node: ast.AST) -> bool:
    if isinstance(node, ast.Import | ast.ImportFrom | ast.Assert):
        return True
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True  # a docstring, or the words below a constant
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return True
    if isinstance(node, ast.keyword) and node.arg in PRECAUTIONS:
        return True
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Subscript):
        return ast.unparse(node.value.value) == "Callable"  # a name for a type
    if _is_white_space(node):
        return True
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id in MARKS
    targets: list[ast.expr] = []
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return any(isinstance(one, ast.Name) and one.id in WORDS for one in targets)


def _is_white_space(node: ast.AST) -> bool:
    """Whether a statement leaves white paper between two blocks of a column: how much is a matter of
    taste. That nothing is cut at the ends of the paper has a test."""
    call = node.value if isinstance(node, ast.Expr) else None
    return (
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "gap"
    )


# What is changed


def _changes(node: ast.AST) -> Iterator[tuple[str, Change]]:
    """Each change of one node, in words, and what does it to that node of a tree."""
    said = _short(node)
    if isinstance(node, ast.Compare):
        for at, op in enumerate(node.ops):
            other = COMPARISONS[type(op)]
            yield (
                f"{said}: {other.__name__}",
                _setting(lambda n, at=at, to=other: _put(n.ops, at, to())),
            )
    elif isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in SUMS:
        to = SUMS[type(node.op)]
        yield f"{said}: {to.__name__}", _setting(lambda n, to=to: setattr(n, "op", to()))
    elif isinstance(node, ast.BoolOp):
        swapped = ast.Or if isinstance(node.op, ast.And) else ast.And
        yield f"{said}: {swapped.__name__}", _setting(lambda n: setattr(n, "op", swapped()))
    elif isinstance(node, ast.Constant):
        yield from _constants(node)
    elif isinstance(node, ast.If | ast.IfExp | ast.While):
        yield (
            f"if not {_short(node.test)}",
            _setting(lambda n: setattr(n, "test", ast.UnaryOp(ast.Not(), n.test))),
        )
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield (
            f"{said}: without {type(node.op).__name__}",
            _setting(
                lambda n: setattr(n, "op", ast.UAdd()) if isinstance(n.op, ast.USub) else _affirm(n)
            ),
        )
    yield from _statements(node, said)


def _statements(node: ast.AST, said: str) -> Iterator[tuple[str, Change]]:
    for block in BLOCKS if isinstance(node, ast.stmt | ast.ExceptHandler) else ():
        for at, statement in enumerate(getattr(node, block, ())):
            if isinstance(statement, ast.Raise | ast.AugAssign | ast.Continue | ast.Break) or (
                isinstance(statement, ast.Expr) and not _is_left_out(statement)
            ):
                yield (
                    f"without {_short(statement)}",
                    _setting(lambda n, at=at, of=block: _put(getattr(n, of), at, ast.Pass())),
                )
    nothing = ("return None", "return False")  # whoever asks for the truth can't tell them apart
    if isinstance(node, ast.Return) and node.value is not None and said not in nothing:
        yield f"{said}: None", _setting(lambda n: setattr(n, "value", ast.Constant(None)))


def _constants(node: ast.Constant) -> Iterator[tuple[str, Change]]:
    value = node.value
    other: object
    if isinstance(value, bool):
        other = not value
    elif isinstance(value, int):
        other = value + 1
    elif isinstance(value, str | bytes):
        other = _other_end(value)
    else:
        return
    yield f"{value!r} → {other!r}"[:100], _setting(lambda n: setattr(n, "value", other))


def _other_end(value: str | bytes) -> str | bytes:
    """Another end of the same length: what was looked for in a text, or begins it, is there no more."""
    if isinstance(value, str):
        return value[:-1] + ("Y" if value.endswith("X") else "X")
    return value[:-1] + (b"Y" if value.endswith(b"X") else b"X")


def _affirm(node: ast.UnaryOp) -> None:
    node.operand = ast.UnaryOp(ast.Not(), node.operand)


def _put(place: list[Any], at: int, what: ast.AST) -> None:
    place[at] = ast.copy_location(what, place[at]) if hasattr(place[at], "lineno") else what


def _setting(change: Change) -> Change:
    return change


def _short(node: ast.AST) -> str:
    return (
        " ".join(ast.unparse(copy.copy(node)).split())[:70]
        if not isinstance(node, ast.Module)
        else ""
    )
