"""The file beside the days' folders that includes them all, for hledger: the books since founding.

It is named for its kiosk, because several may export to one stick, and it holds what lies there: a day
that was never exported is named in it, and its figures come in as an opening at the day that follows.
"""

from __future__ import annotations

import re
from pathlib import Path

from kiosk.exports import hledger
from kiosk.exports.bookkeeping import first_line
from kiosk.machine.durable import SHARED, put
from kiosk.machine.outside import open_plain

_FOLDER = re.compile(r"day-(?P<number>[0-9]{4,})-(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})")
"""A sealed day's; an interim state says in its name that it will change, and is left out."""


def master_name(kiosk: str) -> str:
    """The name of the file that includes the days of `kiosk`."""
    return f"market-{kiosk}.journal"


def write_master(to: Path, kiosk: str) -> Path | None:
    """Write the file that includes every sealed day of `kiosk` that lies in `to`; gives its path, or
    None where there are fewer than two and nothing to put together. Raises OSError."""
    place = to / master_name(kiosk)
    days = _days(to, kiosk)
    if len(days) < 2 and not place.exists():
        return None
    put(place, "".join(f"{line}\n" for line in _lines(days, place.name, kiosk)).encode(), SHARED)
    return place


def _days(to: Path, kiosk: str) -> list[tuple[int, str]]:
    """Numbers and names of the folders that hold days of `kiosk`, in their order."""
    found = []
    for folder in to.iterdir():
        match = _FOLDER.fullmatch(folder.name)
        if match is not None:
            number = int(match["number"])
            wanted = f"; {first_line(kiosk, number, match['date'])}\n"
            if _begins_with(folder / hledger.FILE, wanted):
                found.append((number, folder.name))
    return sorted(found)


def _begins_with(path: Path, wanted: str) -> bool:
    try:
        with open_plain(path) as file:
            return file.readline(len(wanted.encode()) + 1) == wanted.encode()
    except OSError:
        return False


def _lines(days: list[tuple[int, str]], name: str, kiosk: str) -> list[str]:
    lines = [
        f"; Every exported day of kiosk {kiosk}, in order; written anew whenever one is exported.",
        f"; Check it with `hledger check -s -f {name}`, read it with `hledger bal -f {name}`.",
    ]
    expected = days[0][0] if days else 0
    for number, folder in days:
        if number > expected:
            lines.append(f"; {_missing(expected, number - 1)}")
        lines.append(f"include {folder}/{hledger.FILE}")
        expected = number + 1
    return lines


def _missing(first: int, last: int) -> str:
    days = f"Day {first} is" if first == last else f"Days {first} to {last} are"
    return f"{days} not here: what came of it stands in the next opening."
