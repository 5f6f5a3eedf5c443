"""What makes backups while the table goes on: when a day closes, and every few minutes while one is open.

Each is made in a process of its own (kiosk/backup/process.py), because neither the screen nor the books
wait for a stick or for a check of all entries. A stick that is away is looked for again and again, and
the heading says so; nothing else stops. A market for practice is not saved.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from db.errors import KioskError
from kiosk.messages import _, language, sentence
from kiosk.text import safe
from kiosk.wording import age

if TYPE_CHECKING:
    from datetime import datetime

    from kiosk.backup.last import LastBackup
    from kiosk.running.table import Table
    from kiosk.running.tillthread import TillThread
    from kiosk.till import Till

_MINUTE = 60_000  # milliseconds


class Situation(NamedTuple):
    """What decides whether a backup is wanted: whether a market day `is_open`, how many `minutes` may
    pass while it is, since the `last` backup at the time `now` (milliseconds since 1970), and whether
    the books have something new since. `place` is where backups go, `own` whether that is beside the
    books, `name` the folder for this machine's in it; `is_light` whether a check of all takes long."""

    practice: bool
    is_open: bool
    minutes: int
    now: int
    last: LastBackup | None
    is_new: bool
    place: Path
    own: bool
    name: str
    is_light: bool


class BackupKeeper:
    """The backups of one table; everything here is called on the app's loop."""

    FIRST_SECONDS: ClassVar[float] = 45
    """The table opens in peace before the first look."""
    CHECK_SECONDS: ClassVar[float] = 20
    """Between two looks whether a backup is due, or a stick is back."""
    RETRY_SECONDS: ClassVar[float] = 60
    """After one that failed in the middle."""

    def __init__(self, till: TillThread, changed: Callable[[], Awaitable[None]]) -> None:
        """`changed` is awaited whenever what there is to say is another than before."""
        self.is_making = False
        """Whether a backup is being made."""
        self.done = 0
        """How far it is, in hundredths."""
        self.trouble = ""
        """Why there is no newer backup, as a sentence; empty while nothing is known to be wrong."""
        self._till = till
        self._changed = changed
        self._wanted = False
        self._is_looking = False
        self._holds_names = False
        """Whether the last backup holds names of the crew that were forgotten since."""
        self._wake = asyncio.Event()

    @property
    def is_busy(self) -> bool:
        """Whether a backup is wanted, looked into or being made."""
        return self._wanted or self._is_looking

    def make_one(self) -> None:
        """Make a thorough backup now: a day was closed, or somebody asks for it."""
        self._wanted = True
        self._wake.set()

    async def run(self) -> None:
        """Make backups for as long as the app runs."""
        with suppress(KioskError):
            await self._till.ask(_tidy)
        await self._forget()
        pause = self.FIRST_SECONDS
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), pause)
            self._wake.clear()
            self._is_looking = True
            wanted, self._wanted = self._wanted, False
            await self._forget()
            try:
                made = await self._look(wanted)
            except KioskError as error:
                made = await self._say(sentence(error))
            except OSError as error:
                why = safe(error.strerror or error)
                made = await self._say(_("No backup was made: {why}.").format(why=why))
            finally:
                self._is_looking = False
            pause = self.CHECK_SECONDS if made else self.RETRY_SECONDS

    async def _look(self, wanted: bool) -> bool:
        """Make a backup where one is due; gives False where that went wrong."""
        now = await self._till.ask(situation)
        wanted = wanted or (self._holds_names and now.own)
        if now.practice or not (wanted or is_time(now, in_trouble=bool(self.trouble))):
            return True
        # Off the books' thread: a stick that is stuck must not hold up a visit.
        is_there, is_saved = await asyncio.to_thread(_look_at, now)
        if not is_there:
            from kiosk.backup.place import NoBackupPlace

            await self._say(sentence(NoBackupPlace(folder=now.place)))
            return True  # at the next look it may be back
        if is_saved and not (wanted or now.is_new):
            return await self._say("")
        return await self._make(wanted, light=now.is_light and now.is_open and not wanted)

    async def _forget(self) -> None:
        """Forget the names of the crew that are due: a table may stand open for weeks."""
        from kiosk.crewkeeping import forget_due  # the first paint waits for no book

        with suppress(KioskError):
            if await self._till.ask(lambda till: forget_due(till.books)):
                self._holds_names = True

    async def _make(self, wanted: bool, *, light: bool) -> bool:
        self.is_making, self.done = True, 0
        await self._told()
        try:
            said = await self._process(await self._till.ask(lambda till: till.folder), light)
        finally:
            self.is_making = False
        # While the books were copied, slips that were confirmed stayed in the write-ahead log.
        await self._till.ask(lambda till: till.books.forget_wiped())
        if said.get("error") == "BackupGoesOn":  # nothing is wrong, it is only early
            self._wanted = self._wanted or wanted
            await self._told()
            return False
        trouble = said.get("sentence", "")
        if not trouble and "made" not in said:
            trouble = _("No backup was made: {why}.").format(why=_("it ended too early"))
        self._holds_names = self._holds_names and bool(trouble)
        return await self._say(str(trouble))

    async def _process(self, data: Path, light: bool) -> dict[str, object]:
        """What the process said at last; `done` follows how far it is."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "kiosk.backup.process",
            str(data.absolute()),
            language(),
            *(["light"] if light else []),
            cwd=Path(__file__).parents[2],
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,  # it outlives the terminal
        )
        assert process.stdout is not None
        said: dict[str, object] = {}
        async for line in process.stdout:
            with suppress(ValueError):
                said = json.loads(line)
            done = said.get("done")
            if isinstance(done, int):
                self.done = done
                await self._told()
        await process.wait()
        return said

    async def _told(self) -> None:
        with suppress(KioskError):  # the books are in trouble themselves, and the table says so
            await self._changed()

    async def _say(self, trouble: str) -> bool:
        self.trouble = trouble
        await self._told()
        return not trouble

    # In words

    def words(self, table: Table, now: datetime) -> str:
        """How it stands, in a few words for the heading; empty where there is nothing to say."""
        if table.market is None or table.market.practice or not table.known:
            return ""
        if self.trouble:
            return _("! backup needs help")
        if self.is_making:
            return _("backing up…")
        if table.saved is None:
            return _("not backed up yet") if table.day is not None else ""
        if table.saved.seq == table.seq:
            return _("backed up")
        passed = round(now.timestamp() * 1000) - table.saved.made_at
        return _("backed up {when}").format(when=age(passed))


def is_time(now: Situation, *, in_trouble: bool) -> bool:
    """Whether it is time to look for something to save: while a day is open, as often as the settings
    say; after a trouble, until it is over."""
    if in_trouble:
        return True
    if not now.is_open or now.last is None:
        return now.is_open
    return not 0 <= now.now - now.last.made_at < now.minutes * _MINUTE  # or the clock was set back


def situation(till: Till) -> Situation:
    """How it stands with the backups of a market, asked in the books' thread."""
    from db import days
    from kiosk.backup.last import last_backup
    from kiosk.backup.making import is_light, is_new
    from kiosk.backup.place import place_name, place_of
    from kiosk.config import BACKUPS_FOLDER

    settings = till.settings()
    place = place_of(till.folder)
    return Situation(
        till.market.practice,
        days.current(till.books) != 0,
        settings.backup_minutes,
        till.books.now(),
        last_backup(till.folder),
        is_new(till.folder, till.books),
        place,
        place == till.folder / BACKUPS_FOLDER,
        place_name(till.books),
        is_light(till.folder, settings.backup_minutes),
    )


def _tidy(till: Till) -> None:
    from kiosk.backup import making, restoring

    restoring.tidy(till.folder)
    making.tidy(till.folder)


def _look_at(now: Situation) -> tuple[bool, bool]:
    """Whether the place for backups is there (the one beside the books always is), and whether the last
    backup is."""
    from kiosk.backup.folder import MANIFEST

    try:
        is_there = now.own or (now.place / now.name).is_dir()
        is_saved = now.last is not None and (Path(now.last.folder) / MANIFEST).is_file()
    except OSError:  # a stick that is dying, or that was pulled out while it was in use
        return now.own, False
    return is_there, is_saved
