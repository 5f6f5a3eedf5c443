"""Every place of the kiosk where somebody can be when a hostile code is scanned, and the way there.

A place is a screen or a dialog of the real app, in a market that was prepared for it. That none is
missing, tests/kiosk/test_places.py proves against the classes that exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from db.market import Market, Rules
from kiosk.founding import found_market, suggested_goods
from kiosk.slips.signing import MarketKey
from kiosk.till import Till
from tests.kiosk.screens.table import founded
from tests.kiosk.tills import handed_out

PASSPHRASE = "open sesame"
AT_HOME = "Scan a slip at any time"


KEY = MarketKey(bytes(range(32)))
SHEETS = (
    "elit grad acad acid anxi dama pain tole echo seaf sque patr verd exec smel hesi park skun main "
    "solu plan obje join tren prob cris plan reve meri chew sher airl buck",
    "elit grad acad agen alph avia losi simi pipe univ pyth medi equa swea isla dist hour dres plat "
    "modi scie trai oasi eras brot hobo hand scat rend zero sile spit club",
)
"""Both shares of KEY, four letters of each word."""


@dataclass(frozen=True, slots=True)
class Place:
    """One screen or dialog: its class, the keys that lead there from what stands on the screen at
    the start (`begins`), and in which market that is. `scans` says whether a slip that was scanned
    to get there lies on top."""

    screen: str
    keys: tuple[str, ...] = ()
    begins: str = AT_HOME
    market: str = "open"
    scans: bool = False


PLACES: dict[str, Place] = {
    "home": Place("HomeScreen"),
    "visit": Place("VisitScreen", ("1", "3", " ", "t", "o", "m")),
    "visit with lines": Place("VisitScreen", ("1", "3", " ", "t", "o", "m", "enter")),
    "hand-over": Place("HandOverScreen", ("1", "3", " ", "t", "o", "m", "enter", "enter")),
    "verdict": Place("VerdictScreen", scans=True),
    "check": Place("CheckScreen", ("2", "7")),
    "ledger": Place("LedgerScreen", ("3",)),
    "entry": Place("EntryCard", ("3", "down", "enter")),
    "today": Place("TodayScreen", ("4",)),
    "season": Place("SeasonScreen", ("4", "s")),
    "steward": Place("StewardScreen", ("9",)),
    "help": Place("HelpScreen", ("f1",)),
    "help over a visit": Place("HelpScreen", ("1", "3", "f1")),
    "leave?": Place("Question", ("9", "0")),
    "open the day": Place("OpenDayScreen", ("9", "1"), "Press 9 to open", "closed"),
    "close the day": Place("CloseDayScreen", ("9", "1")),
    "seal?": Place("Question", ("9", "1", "enter")),
    "sealed": Place("ClosedScreen", ("9", "1", "enter", "s")),
    "goods": Place("GoodsScreen", ("9", "2")),
    "good": Place("GoodScreen", ("9", "2", "enter")),
    "rate": Place("RateScreen", ("9", "2", "enter", "1", "3", "enter", "x")),
    "spoiled": Place("SpoilScreen", ("9", "2", "enter", "2", "1", "enter", "x")),
    "count": Place("CountScreen", ("9", "2", "enter", "3", "1")),
    "retire": Place("RetireScreen", ("9", "2", "enter", "4", "x")),
    "new good": Place("NewGoodScreen", ("9", "2", "f5", "x", "enter")),
    "import": Place("ImportScreen", ("9", "2", "f6")),
    "slips": Place("SlipsScreen", ("9", "3", "1", "enter")),
    "void": Place("VoidScreen", ("9", "3", "1", "enter", "f5", "x")),
    "reissue": Place("ReissueScreen", ("9", "3", "1", "enter", "f6", "x")),
    "papers": Place("QueueScreen", ("9", "4")),
    "rules": Place("RulesScreen", ("9", "5")),
    "decision": Place("Card", ("9", "5", "enter")),
    "change the rules": Place("ChangeRulesScreen", ("9", "5", "f5")),
    "machine": Place("MachineScreen", ("9", "6")),
    "scanner": Place("ScannerScreen", ("9", "6", "f6")),
    "check-up": Place("DoctorScreen", ("9", "6", "f7")),
    "verify": Place("VerifyScreen", ("9", "7")),
    "export": Place("ExportScreen", ("9", "8")),
    "export to": Place("ExportToScreen", ("9", "8", "enter")),
    "backup": Place("BackupScreen", ("9", "b")),
    "printer": Place("PrinterScreen", ("9", "p")),
    "new key": Place("RotateKeyScreen", ("9", "k", "n", *["enter"] * 4, "x")),
    "new key?": Place("Question", ("9", "k", "n", *["enter"] * 4, "x", "enter")),
    "did it come out?": Place("FateScreen", (), "Did it come out", "unsure"),
    "unlock": Place("UnlockScreen", ("x",), "Unlock the key", "locked"),
    "key": Place("KeyScreen", ("9", "k")),
    "passphrase": Place("PassphraseScreen", ("9", "k", "p", "x", "enter")),
    "take the passphrase away?": Place(
        "Question", ("9", "k", "p", "x", "enter", "enter", "enter"), market="guarded"
    ),
    "for a steward": Place("ForStewardsScreen", ("9", "1", "enter", "x"), market="guarded"),
    "found": Place("FoundScreen", ("x",), "Found a market", "none"),
    "split the key": Place("SplitKeyScreen", ("9", "k", "s", "enter", "enter", "enter", "x")),
    "rebuild the key": Place("RebuildKeyScreen", ("9", "k", "r", "a", "c", "i", "d", "enter", "a")),
    "rebuild with no market": Place("RebuildKeyScreen", ("f5", "a"), "Found a market", "none"),
    "the key is back": Place(
        "NewPassphraseScreen", ("9", "k", "r", *(" ".join(SHEETS) + " "), "x"), market="sheets"
    ),
    "lost books": Place("LostBooksScreen", ("9", "k", "l", "enter", "x")),
}
"""Forms stand one Enter before their end where that is possible: there it would do most harm."""


def printed(till: Till) -> str:
    """The text of a slip that is out of the printer: no job of it is left to change the books."""
    slip = handed_out(till)
    till.print_now(slip.job)
    till.confirm(slip.job)
    return slip.text


def prepared(folder: Path, place: Place) -> str:
    """A live market in `folder` as `place` wants it; gives the text of a good slip of it.

    One visit's slip is confirmed, another's came out of the printer and waits for a word.
    """
    slips: list[str] = []

    def before(till: Till) -> None:
        till.set_rules(Rules(), "assembly")
        slips.append(printed(till))
        waiting = handed_out(till)
        if place.market == "unsure":
            till.sending(waiting.job)
        else:
            till.print_now(waiting.job)
        if place.market == "closed":
            till.close_day(None)
            for job in till.pending():
                till.print_now(job.id)

    if place.market == "sheets":
        wanted = Market("Oak Street Market", "", "en", b"", practice=False)
        till = found_market(folder, wanted, goods=suggested_goods(), key=KEY)
        till.open_day()
        before(till)
        till.close()
        return slips[0]
    there = folder.with_name("elsewhere") if place.market == "none" else folder
    passphrase = PASSPHRASE if place.market in ("locked", "guarded") else None
    asks_again = place.market == "locked"
    founded(there, practice=False, passphrase=passphrase, before=before, asks_again=asks_again)
    return slips[0]
