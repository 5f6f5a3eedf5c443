"""Everything that can go wrong at the table, in one hierarchy.

Each class has a sentence for the person at the table: what happened, why, what to do. Sentences are
English here and are translated where they are shown (kiosk/messages.py), so `{facts}` are kept beside
the sentence, not baked into it. Two branches matter to everyone who catches:

- `Refused`: the books refuse; nothing was changed; exit status 1.
- `Trouble`: the surroundings fail (disk, database, printer, terminal); exit status 3.
"""

from __future__ import annotations

from typing import ClassVar


def N_(sentence: str) -> str:  # noqa: N802 - gettext's own name for "mark only"
    """Mark a sentence for the translators; it is translated where it is shown."""
    return sentence


class KioskError(Exception):
    """Base of all errors that a person may see.

    Keyword arguments are the facts that the sentence names; amounts and quantities come already
    formatted, other facts may be outside text and are made safe where they are shown.
    """

    sentence: ClassVar[str] = ""
    status: ClassVar[int] = 1

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.sentence.format(**facts))


class Refused(KioskError):
    """The books refuse. Nothing was changed."""

    status = 1


class Trouble(KioskError):
    """The surroundings fail. Nothing was changed, or the sentence says what was."""

    status = 3


# What was typed


class BadQuantity(Refused):
    sentence = N_("“{text}” is not a quantity. Type a number such as 3, 1.5 or 1/2.")


class ZeroQuantity(Refused):
    sentence = N_("“{text}” is nothing at all. Type how much it is, such as 3 or 1.5.")


class AbsurdQuantity(Refused):
    sentence = N_("“{text}” is more than one visit can carry (at most {limit}). Check the number.")


class BadAmount(Refused):
    sentence = N_("“{text}” is not an amount of credits. Type a number such as 3 or 1.5.")


class AmountOutOfRange(Refused):
    sentence = N_(
        "A slip holds at most {limit} credits, and this would be {amount}. "
        "Book the exchange as two visits."
    )


class UnknownGood(Refused):
    sentence = N_(
        "The catalogue has no “{text}”. Try another word, or add it under Steward, Goods."
    )


class AmbiguousGood(Refused):
    sentence = N_("“{text}” could be {choices}. Type more of the name.")


class WrongUnit(Refused):
    sentence = N_("The unit of {good} is {unit}, not “{text}”.")


class UnknownVisit(Refused):
    sentence = N_("There is no visit {visit}. Look it up in the ledger.")


class UnknownJob(Refused):
    sentence = N_("There is no print job {job}. “kiosk print pending” lists those that wait.")


class MissingDecision(Refused):
    sentence = N_("This needs the words of the decision: who decided what, and when.")


class BadSetting(Refused):
    sentence = N_("“{text}” does not fit for {setting}: {why}")


# Slips


class NotASlip(Refused):
    sentence = N_("That is not one of ours: it is neither a slip nor a card of this kiosk.")


class MistypedCode(Refused):
    sentence = N_("The code has a typing mistake. Compare it with the paper, letter by letter.")


class MistypedGroup(MistypedCode):
    sentence = N_(
        "The code has a typing mistake, likely in group {group}: “{typed}”. Compare it there."
    )


class TooManyTries(Refused):
    sentence = N_(
        "Too many unknown codes were typed. Wait {minutes} min, or scan the slip instead."
    )


class ForgedSlip(Refused):
    sentence = N_("This slip was not made by this market: its signature does not fit its words.")


class ForeignSlip(Refused):
    sentence = N_("This slip is another market's, and we have not exchanged cards with it.")


class PracticeSlip(Refused):
    sentence = N_("This is a practice slip. It is worth nothing at a live market.")


class LiveSlipAtPractice(Refused):
    sentence = N_("This is a real slip, and this table is for practice. Keep it for the market.")


class UnknownSlip(Refused):
    sentence = N_(
        "Our market signed this slip, but this kiosk's books do not hold it. "
        "Ask a steward which kiosk handed it out."
    )


class UnknownCode(Refused):
    sentence = N_(
        "No slip of this market has that code. Compare it with the paper, or scan the slip."
    )


class SlipSpent(Refused):
    sentence = N_(
        "This slip was already handed in: {when}, visit {visit}. A copy can't be spent twice."
    )


class SlipVoid(Refused):
    sentence = N_("A steward voided this slip. It can't be spent.")


class SlipUndone(SlipVoid):
    sentence = N_("This slip is void: the visit that handed it out was undone.")


class SlipReissued(SlipVoid):
    sentence = N_("This slip is void: another was handed out in its place. Ask for that one.")


class SlipExpired(Refused):
    sentence = N_("This slip was valid until {expires}. Solidarity may cover the visit instead.")


class SlipTwice(Refused):
    sentence = N_("This slip is already part of this visit. Each slip counts once.")


class NoOpenSlip(Refused):
    sentence = N_("Visit {visit} has no slip that is still out.")


# Days and visits


class NoMarket(Refused):
    sentence = N_("There is no market in {folder} yet. Found one with “kiosk found --name NAME”.")


class MarketExists(Refused):
    sentence = N_(
        "{folder} already holds the market {market}. Choose another folder for a new one."
    )


class DayNotOpen(Refused):
    sentence = N_("No market day is open. Open one under Steward, or with “kiosk day open”.")


class DayAlreadyOpen(Refused):
    sentence = N_("Market day {day} is still open. Close it before you open the next.")


class DayClosed(Refused):
    sentence = N_("Market day {day} is closed and sealed. A closed day never changes.")


class EmptyVisit(Refused):
    sentence = N_("Nothing was brought, taken or handed in. There is nothing to book.")


class ShortOfCredits(Refused):
    sentence = N_(
        "The visit is short by {short}: another slip, put something back, or let solidarity cover it."
    )


class SolidarityVisitLimit(Refused):
    sentence = N_(
        "This visit needs {needed} from solidarity, which covers {limit} in one visit at most. "
        "Put something back, or ask a steward to bring it to the assembly."
    )


class SolidarityDayLimit(Refused):
    sentence = N_(
        "This visit needs {needed} from solidarity, which has {left} of {limit} left today. "
        "Put something back, or ask a steward to bring it to the assembly."
    )


class KeyUsedDifferently(Refused):
    sentence = N_("This visit key was already used for another exchange. Use a new key.")


class NothingToUndo(Refused):
    sentence = N_("No visit of this day is left to undo.")


class NothingToBringBack(Refused):
    sentence = N_("No undone visit can be brought back.")


class ChangeAlreadySpent(Refused):
    sentence = N_(
        "Visit {visit} can't be undone: its slip was already handed in again at visit {spent}. "
        "Undo that one first."
    )


class ChangeAlreadyEnded(Refused):
    sentence = N_(
        "Visit {visit} can't be undone: its slip was voided or reissued since. "
        "Book what is to be put right as a new visit."
    )


# Catalogue and files


class BadCatalogue(Refused):
    """`problems` holds one sentence a line; nothing of the file was imported."""

    sentence = N_("Nothing was imported from {file}. {problems}")


class GoodExists(Refused):
    sentence = N_("The catalogue already has “{good}”.")


class GoodKeepsUnit(Refused):
    sentence = N_(
        "“{good}” was exchanged before: its unit ({unit}) and its kind stay, so that its past stays "
        "readable. Retire it and add another good instead."
    )


class BarcodeTaken(Refused):
    sentence = N_("Bar code {code} already belongs to {good}.")


class ExportIsWrong(Refused):
    sentence = N_("The folder {folder} does not hold what was sealed: {problem}")


class BooksAreWrong(Refused):
    sentence = N_("The books do not verify: {problem}")


# Keys


class PassphraseNeeded(Refused):
    sentence = N_(
        "The market's key is locked. Give the passphrase, or name its file in KIOSK_PASSPHRASE_FILE."
    )


class WrongPassphrase(Refused):
    sentence = N_("That passphrase does not open the market's key. Try again.")


# Surroundings


class DataFolderUnusable(Trouble):
    sentence = N_(
        "The data folder {folder} can't be used: {why}. "
        "Choose another with --data, or mend its permissions."
    )


class NewerDatabase(Trouble):
    sentence = N_(
        "The books in {folder} were written by a newer version of the kiosk ({newest}). "
        "Install that version; this one leaves them alone."
    )


class DatabaseDamaged(Trouble):
    sentence = N_("The books can't be read: {why}. Restore the last backup. They lie in {folder}.")


class DiskFull(Trouble):
    sentence = N_("The disk is full, so nothing was booked. Make room, then try again.")


class BooksBusy(Trouble):
    sentence = N_("Another kiosk program is writing in the books. Nothing was booked; try again.")


class BooksUnwritable(Trouble):
    sentence = N_("The books can't be written: {why}. Nothing was booked; mend it, then try again.")


class KeyUnusable(Trouble):
    sentence = N_("The market's key in {folder} can't be used: {why}.")


class FileUnreadable(Trouble):
    sentence = N_("{file} can't be read: {why}.")


class FolderUnwritable(Trouble):
    sentence = N_("{folder} can't be written: {why}. Choose another folder.")


class FolderFull(Trouble):
    sentence = N_(
        "There is no room left for what goes into {folder}. What is in the ledger is safe. Make room "
        "there, then do this again."
    )


class PrinterTrouble(Trouble):
    sentence = N_(
        "The printer did not take the paper: {why}. The slip is safe and waits in the queue."
    )


class TerminalUnusable(Trouble):
    sentence = N_("The full screen needs a terminal of at least 80×24: {why}.")
