"""Read the `seal.json` of an exported day, which anyone may have written: nothing in it is trusted.

Whether the seal is signed, and whether the files are those that it names, is left to
kiosk/exports/check.py.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from db.journal import canonical
from db.sums import TOTALS
from kiosk.machine.outside import NotPlain, TooLarge, read_plain
from kiosk.messages import _

SEAL_FILE = "seal.json"
MAX_SEAL_BYTES = 1 << 20

_STATEMENT = {
    "balances": dict, "counted": (int, type(None)), "date": str, "day": int,
    "difference": (int, type(None)), "head": str, "kiosk": str, "seq": int, "totals": dict,
}  # fmt: skip
_LARGEST = 1 << 62


class NoSeal(Exception):
    """seal.json is none; the argument says why, for a person."""


def read_seal(path: Path) -> dict[str, Any]:
    """The content of a seal.json with every type as we write it; raises NoSeal."""
    try:
        content = json.loads(read_plain(path, MAX_SEAL_BYTES))
        canonical(content)  # half a character, escaped, would parse and then be no text
    except FileNotFoundError:
        raise NoSeal(_("it is missing; a day has one once it is closed")) from None
    except (NotPlain, TooLarge):
        raise NoSeal(_("it is no file, or far too large")) from None
    except OSError as error:
        raise NoSeal(_("it can't be read ({why})").format(why=error.strerror)) from error
    except (ValueError, RecursionError):
        raise NoSeal(_("it is not JSON")) from None
    if not _is_seal(content):
        raise NoSeal(_("it does not say what a seal says"))
    return dict(content)


def _is_seal(content: Any) -> bool:
    return (
        isinstance(content, dict)
        and _is_hex(content.get("public_key"), 32)
        and _is_hex(content.get("signature"), 64)
        and _is_a(content.get("market"), str)
        and _is_files(content.get("files"))
        and _is_place(content.get("follows"))
        and _is_statement(content.get("statement"))
    )


def _is_files(files: Any) -> bool:
    return (
        isinstance(files, dict)
        and all(isinstance(known, dict) for known in files.values())
        and not any("/" in name or name in {"", ".", ".."} for name in files)
    )


def _is_place(place: Any) -> bool:
    return (
        isinstance(place, dict)
        and place.keys() == {"seq", "hash"}
        and _is_a(place["seq"], int)
        and place["seq"] >= 0
        and _is_hex(place["hash"], 32)
    )


def _is_hex(text: Any, length: int) -> bool:
    """Whether it is so many bytes in small hexadecimal digits."""
    if not isinstance(text, str) or len(text) != 2 * length or text != text.lower():
        return False
    try:
        return len(bytes.fromhex(text)) == length
    except ValueError:
        return False


def _is_statement(statement: Any) -> bool:
    if not isinstance(statement, dict) or statement.keys() != _STATEMENT.keys():
        return False
    if not all(_is_a(statement[name], types) for name, types in _STATEMENT.items()):
        return False
    if set(statement["totals"]) != set(TOTALS):
        return False
    return all(
        _is_a(value, int) for part in ("totals", "balances") for value in statement[part].values()
    )


def _is_a(value: Any, types: Any) -> bool:
    if isinstance(value, bool):
        return False  # which Python takes for a number
    return isinstance(value, types) and (not isinstance(value, int) or abs(value) < _LARGEST)
