"""Check an exported day with nothing but the folder: hashes, signature, and all sums counted again.

What this shows: the seal's statement is signed by the key that stands in the folder, no file was
added, removed or changed since the export, and the rows come to the totals that were signed. What it
leaves: whether that key is the market's is for `verify`, which sees it; and the words in a row (a
good's name, say) stand under the hashes, not under the signature.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from hashlib import file_digest
from itertools import islice
from pathlib import Path
from typing import Any

from db.days import TOTALS
from db.errors import FileUnreadable
from db.findings import Finding
from db.journal import canonical
from kiosk.exports.folder import SEAL_FILE
from kiosk.exports.recount import recount
from kiosk.messages import _
from kiosk.text import safe

Verify = Callable[[bytes, bytes, bytes], bool]
"""Whether `signature` (64 bytes) was made over the statement `message` by `public_key` (32 bytes)."""

MAX_FILES = 200
MAX_SEAL_BYTES = 1 << 20
MAX_FILE_BYTES = 1 << 28
"""A quarter of a GiB: a market day of a hundred thousand visits has a tenth of it."""

_STATEMENT = {
    "balances": dict, "counted": (int, type(None)), "date": str, "day": int,
    "difference": (int, type(None)), "head": str, "kiosk": str, "seq": int, "totals": dict,
}  # fmt: skip
_LARGEST = 1 << 62
_COUNTED = {"visits.csv", "lines.csv", "postings.csv", "slips.csv", "totals.csv"}


class _NoSeal(Exception):
    """seal.json is none; the argument says why, for a person."""


def check_folder(folder: Path, verify: Verify) -> list[Finding]:
    """Everything in which an exported day is not what was sealed; empty where nothing is.

    `verify` gets the plain statement (canonical JSON) and adds the domain that seals are signed
    under. Raises FileUnreadable where the folder can't be read at all.
    """
    try:
        with os.scandir(folder) as entries:
            present = {entry.name for entry in islice(entries, MAX_FILES)}
    except OSError as error:
        raise FileUnreadable(file=folder, why=error.strerror or error) from error
    if len(present) == MAX_FILES:
        return [Finding(safe(folder.name), _("it holds far more files than an export has"))]
    try:
        seal = _read_seal(folder / SEAL_FILE)
    except _NoSeal as error:
        return [Finding(SEAL_FILE, str(error))]
    findings = []
    message = canonical(seal["statement"])
    if not verify(bytes.fromhex(seal["public_key"]), message, bytes.fromhex(seal["signature"])):
        findings.append(Finding(SEAL_FILE, _("its signature does not fit its statement")))
    findings += _compare_files(folder, present - {SEAL_FILE}, seal["files"])
    if not any(_is_absurd(folder / name) for name in _COUNTED & present):
        findings += recount(folder, seal["statement"])
    return findings


def _is_absurd(path: Path) -> bool:
    """Whether reading it could wait for ever or fill the memory; _compare_files has said so then."""
    status = path.lstat()
    return not stat.S_ISREG(status.st_mode) or status.st_size > MAX_FILE_BYTES


def _compare_files(folder: Path, present: set[str], sealed: dict[str, Any]) -> list[Finding]:
    findings = [
        Finding(safe(name), _("it was not there when the day was exported"))
        for name in sorted(present - sealed.keys())
    ]
    for name, known in sorted(sealed.items()):
        if name not in present:
            findings.append(Finding(safe(name), _("it is missing")))
        elif _is_absurd(folder / name):
            findings.append(Finding(safe(name), _("it is no file, or far too large")))
        elif _hash(folder / name) != (known.get("bytes"), known.get("sha256")):
            findings.append(Finding(safe(name), _("it was changed after the export")))
    return findings


def _hash(path: Path) -> tuple[int, str]:
    try:
        with path.open("rb") as file:
            digest = file_digest(file, "sha256").hexdigest()
            return file.tell(), digest
    except OSError as error:
        raise FileUnreadable(file=path, why=error.strerror or error) from error


def _read_seal(path: Path) -> dict[str, Any]:
    """The content of seal.json with every type as we write it; raises _NoSeal."""
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_SEAL_BYTES:
            raise _NoSeal(_("it is no file, or far too large"))
        content = json.loads(path.read_bytes())
        canonical(content)  # half a character, escaped, would parse and then be no text
    except FileNotFoundError:
        raise _NoSeal(_("it is missing; a day has one once it is closed")) from None
    except OSError as error:
        raise _NoSeal(_("it can't be read ({why})").format(why=error.strerror)) from error
    except (ValueError, RecursionError):
        raise _NoSeal(_("it is not JSON")) from None
    if not _is_seal(content):
        raise _NoSeal(_("it does not say what a seal says"))
    return dict(content)


def _is_seal(content: Any) -> bool:
    return (
        isinstance(content, dict)
        and _is_hex(content.get("public_key"), 32)
        and _is_hex(content.get("signature"), 64)
        and isinstance(content.get("files"), dict)
        and all(isinstance(known, dict) for known in content["files"].values())
        and not any("/" in name or name in {"", ".", ".."} for name in content["files"])
        and _is_statement(content.get("statement"))
    )


def _is_hex(text: Any, length: int) -> bool:
    if not isinstance(text, str) or len(text) != 2 * length:
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
