"""Check exported days with nothing but their folders: hashes, chain, seal, sums, and every row.

What this shows: no file was added, removed or changed since the export; the entries in journal.jsonl
follow one another and come to the head that the seal signs; they come to the totals that it signs; and
every row of every CSV file is what they say. In a folder that holds all days since the founding this
goes for stock, balances and names as well; a single day's folder can't know what earlier days left, and
there those are only compared with their hashes.

What it leaves: whether the key is the market's is for `verify`, which sees it. The files that are no
CSV (the wall page, the workbook and their like) stand under their hashes, which are not signed: whoever
doubts them makes them again from the CSV files. The time in the seal's own line is signed by the seal
of the day after it.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import file_digest
from itertools import islice
from pathlib import Path
from typing import Any

from db.audit import Standing
from db.errors import FileUnreadable
from db.findings import Finding
from db.journal import GENESIS, canonical
from db.terms import Handover
from kiosk.exports.derive import Known
from kiosk.exports.journal_check import MAX_FILE_BYTES, Verify, check_journal
from kiosk.exports.seal_file import SEAL_FILE, NoSeal, read_seal
from kiosk.machine.outside import open_plain
from kiosk.messages import _
from kiosk.text import safe

MAX_FILES = 200
MAX_DAYS = 20_000
INTERIM_END = "-interim"


@dataclass(slots=True)
class Checked:
    """What was found in one day's folder or in a folder of them: `seals` of the days in their order,
    and everything that is wrong (`findings`)."""

    findings: list[Finding] = field(default_factory=list)
    seals: list[dict[str, Any]] = field(default_factory=list)
    whole: bool = True
    """Whether everything since the founding was at hand, so that nothing had to be believed."""
    handovers: list[Handover] = field(default_factory=list)
    """How keys of the market gave way to others, in the order of the journal; where there is a
    signature on one, it is the old key's."""
    heads: list[Standing] = field(default_factory=list)
    """Entries whose hash begins with the witness that was asked for."""


def check_folder(folder: Path, verify: Verify) -> list[Finding]:
    """Everything in which an exported day is not what was sealed; empty where nothing is.

    `verify` gets the plain statement (canonical JSON) and adds the domain that an entry of its kind is
    signed under. Raises FileUnreadable where the folder can't be read at all.
    """
    return check_exports(folder, verify).findings


def check_exports(folder: Path, verify: Verify, witness: str = "") -> Checked:
    """Check one day's folder, or every day in a folder of them, which must follow one another.

    `witness` are hex digits with which a head hash begins that somebody has on paper. Raises
    FileUnreadable where the folder can't be read at all.
    """
    days = _days(folder)
    if days is None:
        checked = Checked()
        _check_day(folder, verify, checked, None, witness)
        return checked
    checked = Checked()
    chains: dict[str, list[Path]] = {}
    for day in days:
        try:
            seal = read_seal(day / SEAL_FILE)
        except NoSeal as error:
            checked.findings.append(_within(day, Finding(SEAL_FILE, str(error))))
            continue
        chains.setdefault(seal["statement"]["kiosk"], []).append(day)
    for kiosk in sorted(chains):
        _check_chain(chains[kiosk], verify, checked, witness)
    return checked


def _days(folder: Path) -> list[Path] | None:
    """The folders of days in `folder`, None where it is one itself."""
    names = _names(folder, MAX_DAYS)
    if len(names) == MAX_DAYS:
        why = _("it holds more than {most} names").format(most=MAX_DAYS - 1)
        raise FileUnreadable(file=folder, why=why)
    if SEAL_FILE in names:
        return None
    days = [
        folder / name
        for name in sorted(names)
        if not name.startswith(".")
        and not name.endswith(INTERIM_END)
        and stat.S_ISDIR((folder / name).lstat().st_mode)
    ]
    return days if any((day / SEAL_FILE).exists() for day in days) else None


def _names(folder: Path, most: int) -> set[str]:
    try:
        with os.scandir(folder) as entries:
            return {entry.name for entry in islice(entries, most)}
    except OSError as error:
        raise FileUnreadable(file=folder, why=error.strerror or error) from error


def _check_chain(days: list[Path], verify: Verify, checked: Checked, witness: str) -> None:
    """The days of one kiosk, one after the other."""

    def follows(day: Path) -> int:
        return int(read_seal(day / SEAL_FILE)["follows"]["seq"])

    known: Known | None = None
    end: tuple[int, str] | None = None
    for day in sorted(days, key=follows):
        one = Checked()
        place = read_seal(day / SEAL_FILE)["follows"]
        if end is not None and (place["seq"], place["hash"]) != end:
            what = _("it does not follow the day before it: entry {seq} should come first").format(
                seq=end[0] + 1
            )
            one.findings.append(Finding(SEAL_FILE, what))
            known = None
        known, end = _check_day(day, verify, one, known, witness)
        checked.findings += [_within(day, finding) for finding in one.findings]
        checked.seals += one.seals
        checked.handovers += one.handovers
        checked.heads += one.heads
        checked.whole = checked.whole and one.whole


def _within(day: Path, finding: Finding) -> Finding:
    return Finding(f"{safe(day.name)}/{finding.where}", finding.what)


def _check_day(
    folder: Path, verify: Verify, checked: Checked, known: Known | None, witness: str
) -> tuple[Known, tuple[int, str] | None]:
    """Check one day; gives what is known after it, and where its journal ends."""
    present = _names(folder, MAX_FILES)
    findings = checked.findings
    if len(present) == MAX_FILES:
        findings.append(Finding(safe(folder.name), _("it holds far more files than an export has")))
        return Known(whole=False), None
    try:
        seal = read_seal(folder / SEAL_FILE)
    except NoSeal as error:
        findings.append(Finding(SEAL_FILE, str(error)))
        return Known(whole=False), None
    message = canonical(seal["statement"])
    key, signature = bytes.fromhex(seal["public_key"]), bytes.fromhex(seal["signature"])
    if not verify("seal", key, message, signature):
        findings.append(Finding(SEAL_FILE, _("its signature does not fit its statement")))
    if known is None:
        place = seal["follows"]
        known = Known(whole=place == {"seq": 0, "hash": GENESIS.hex()})
    findings += _compare_files(folder, present - {SEAL_FILE}, seal["files"])
    journal = check_journal(folder, present, seal, known, witness, verify)
    findings += journal.findings
    checked.handovers += journal.handovers
    checked.seals.append(seal)
    checked.heads += journal.heads
    checked.whole = known.whole
    return known, journal.end


def _compare_files(folder: Path, present: set[str], sealed: dict[str, Any]) -> Iterator[Finding]:
    for name in sorted(present - sealed.keys()):
        yield Finding(safe(name), _("it was not there when the day was exported"))
    for name, known in sorted(sealed.items()):
        if name not in present:
            yield Finding(safe(name), _("it is missing"))
        elif is_absurd(folder / name):
            yield Finding(safe(name), _("it is no file, or far too large"))
        elif _hash(folder / name) != (known.get("bytes"), known.get("sha256")):
            yield Finding(safe(name), _("it was changed after the export"))


def is_absurd(path: Path) -> bool:
    """Whether reading it could wait for ever or fill the memory."""
    status = path.lstat()
    return not stat.S_ISREG(status.st_mode) or status.st_size > MAX_FILE_BYTES


def _hash(path: Path) -> tuple[int, str]:
    try:
        with open_plain(path) as file:
            digest = file_digest(file, "sha256").hexdigest()
            return file.tell(), digest
    except OSError as error:
        raise FileUnreadable(file=path, why=error.strerror or error) from error
