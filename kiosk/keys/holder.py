"""Who holds the market's key while the table is open: locked or not, for whom, and until when.

A part of the till (kiosk/till). Without a passphrase the key is simply there. With one, it is opened by
the passphrase, rests unlocked for a restart while a day is open (kiosk/keys/resting.py), and a steward's
doings ask for the passphrase again after a while (kiosk/keys/lock.py). The settings of this machine are
changed here too, because some are a steward's and one is about the key.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from db import days, keys, market
from db.errors import KeyUnusable, KioskError, PassphraseNeeded, WrongPassphrase
from kiosk.config import KEY_FILE, load_settings, save_settings
from kiosk.keys import resting, rotation
from kiosk.keys.lock import StewardLock
from kiosk.keys.public import market_keys
from kiosk.machine.log import note
from kiosk.machine.private import hide_memory
from kiosk.messages import _
from kiosk.slips.signing import PublicKey

if TYPE_CHECKING:
    from db.connection import Books
    from kiosk.config import Settings
    from kiosk.slips.signing import MarketKey


class KeyHolder:
    """The key of one market's open books; used from the books' thread where nothing else is said."""

    def __init__(
        self, folder: Path, books: Books, key: MarketKey | None, steward: StewardLock | None = None
    ) -> None:
        self.folder = folder
        self.books = books
        self.market = market.market(books)
        self.public = PublicKey(self.market.public_key)
        self.steward = steward or StewardLock(guards=False)
        """Whether a steward is at the table."""
        self._key: MarketKey | None = None
        if key is None and self.key_may_rest():
            key = resting.resting_key(folder, self.public)
        if key is not None:
            self._take(key)
        else:
            self.settle_key()

    def settings(self) -> Settings:
        """How this machine is set up."""
        return load_settings(self.folder)

    def change_settings(self, settings: Settings) -> None:
        """Keep the settings of this machine: language and look are everyone's, the rest is a
        steward's. Raises StewardNeeded, DataFolderUnusable."""
        before = self.settings()
        if replace(before, language=settings.language, dark=settings.dark) != settings:
            self.require_steward()
        save_settings(self.folder, settings)
        if before.ask_again != settings.ask_again:
            self.settle_key()

    # The key

    @property
    def locked(self) -> bool:
        """Whether the market's key still waits for its passphrase."""
        return self._key is None

    def key(self) -> MarketKey:
        """The market's private key; raises PassphraseNeeded while it is locked."""
        if self._key is None:
            raise PassphraseNeeded()
        return self._key

    def signing_key(self) -> MarketKey:
        """The private key in force: another program may have put a new one in force meanwhile.

        Raises PassphraseNeeded, KeyUnusable.
        """
        if keys.in_force(self.books) != self.public.raw:
            opened = rotation.opened(self.folder, self.books)  # completes what was broken off
            self.steward.guards = rotation.locks(self.folder)
            self.follow_key(opened)
        return self.key()

    def follow_key(self, key: MarketKey | None) -> None:
        """Go on with the key that the books name now; None where it is locked. Raises KeyUnusable."""
        self.public = PublicKey(keys.in_force(self.books))
        self._key = None
        if key is None and self.key_may_rest():
            key = resting.resting_key(self.folder, self.public)
        if key is not None:
            self._take(key)
        self.market = market.market(self.books)

    def _take(self, key: MarketKey) -> None:
        if key.public != self.public:  # its slips would be another market's
            raise KeyUnusable(folder=self.folder, why=_("it is another market's"))
        hide_memory()
        self._key = key
        self.settle_key()

    def follow(self, before: KeyHolder) -> bool:
        """Take over from a till that was closed because of trouble: what was unlocked stays so.
        Gives whether this is the same market."""
        if before.public not in [key for key, _ in market_keys(self.books).known]:
            return False
        self.steward = before.steward
        if self._key is None and before._key is not None and self.public == before.public:
            self._take(before._key)
        return True

    def settle_key(self) -> None:
        """Let the unlocked key rest for a restart, where it may, or wipe it: whatever opens or
        closes a day, gives a passphrase or takes it away calls this."""
        resting.settle(self.folder, self.public, self._key, self.key_may_rest())

    def key_may_rest(self) -> bool:
        """Whether the unlocked key may lie in the data folder now."""
        wanted = self.steward.guards and not self.settings().ask_again
        return wanted and days.current(self.books) > 0

    # The passphrase

    def unlock(self, passphrase: str) -> None:
        """Open the market's key, and the lock of the stewards' doings.

        Raises WrongPassphrase, TooManyPassphrases, KeyUnusable.
        """
        self.steward.may_try()
        try:
            key = self.try_passphrase(passphrase)
        except WrongPassphrase:
            self.wrong_passphrase()
            raise
        self.admit(key)

    def try_passphrase(self, passphrase: str) -> MarketKey:
        """The key that a passphrase opens. Takes a second and no books: any thread may ask.

        Raises WrongPassphrase, KeyUnusable.
        """
        from kiosk.slips import keyfile

        return keyfile.load(self.folder / KEY_FILE, passphrase)

    def relock(self, old: str | None, new: str | None) -> MarketKey:
        """Lock the key file with another passphrase, or with none; gives the key, to be told to
        `relocked`. Takes two seconds and no books: any thread may ask, after `steward.may_try`.

        Raises WrongPassphrase, EmptyPassphrase, KeyUnusable.
        """
        from kiosk.slips import keyfile

        cost = keyfile.cost_for(practice=self.market.practice)
        return keyfile.relock(self.folder / KEY_FILE, old, new, cost)

    def relocked(self, key: MarketKey, guards: bool) -> None:
        """The key is locked with another passphrase from now on, or with none (`guards` false)."""
        self.steward.guards = guards
        self.admit(key)
        if guards:
            note("the passphrase of the key was set")
        else:
            note("the passphrase of the key was taken away")

    def heed_passphrase(self) -> None:
        """See whether another program set a passphrase or took it away: from now on the lock guards,
        and is closed, or there is none. A key that was open stays open, for visits."""
        from kiosk.slips import keyfile

        try:
            file = rotation.key_file(self.folder)
            guards = keyfile.needs_passphrase(file)
            of = keyfile.public_key(file) if guards else keyfile.load(file, None).public.raw
        except KeyUnusable:  # said when the key is next opened
            return
        if guards == self.steward.guards or of != self.public.raw:
            return  # whoever puts another key there opens no lock
        self.steward.guards = guards
        self.steward.lock()
        if self.locked and not guards:
            with suppress(KioskError):
                self._take(self.try_passphrase(""))  # a key without one looks at none
        self.settle_key()

    def wrong_passphrase(self) -> None:
        """A passphrase was tried and was wrong: the next tries take longer."""
        note("a wrong passphrase, number {tries} in a row", tries=self.steward.tried(right=False))

    def admit(self, key: MarketKey) -> None:
        """Somebody gave the passphrase, and this is what it opened; raises KeyUnusable."""
        self._take(key)
        self.steward.tried(right=True)
        self.steward.admit()

    def require_steward(self) -> None:
        """A steward's doing begins. While the lock is closed the passphrase is asked for, or, where
        nobody can be asked, raises StewardNeeded; raises also what `unlock` raises."""
        if self.steward.closed and self.steward.asks is not None:
            self.unlock(self.steward.asks())
        self.steward.require()
