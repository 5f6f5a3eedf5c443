"""The market's key in lines: its passphrase is set, changed or taken away, or the key is changed."""

from __future__ import annotations

from pathlib import Path

from kiosk import wording
from kiosk.cli.answers import Answer, Asked, TypedWrongly, passphrase_in
from kiosk.cli.answers import passphrase as asked_for
from kiosk.marketcard import card_of
from kiosk.messages import _
from kiosk.rotation import Rotated, locks, open_without_key
from kiosk.rotation import rotate as put_in_force
from kiosk.slips.keyfile import EmptyPassphrase


def passphrase(asked: Asked) -> Answer:
    """`kiosk key passphrase`: who changes it has to know the one that holds now."""
    options = asked.options
    new = None if options.remove else passphrase_in(Path(options.new_file))
    if new == "":
        raise EmptyPassphrase()
    till = asked.till
    old = asked_for() if till.steward.guards else None
    till.steward.may_try()
    till.relocked(till.relock(old, new), guards=new is not None)
    if new is None:
        line = _(
            "The key has no passphrase any more: the permissions of its file protect it alone."
        )
    else:
        line = _("The key is locked with the new passphrase. Nobody can open it without.")
    return Answer({"passphrase": new is not None}, [line, copies_keep_theirs()])


def copies_keep_theirs() -> str:
    """What a change of the passphrase does not reach."""
    return _("Copies of the key that were made before still open with the passphrase of then.")


def rotate(asked: Asked) -> Answer:
    """`kiosk key rotate`."""
    options = asked.options
    if options.stolen != (options.last_good is not None):
        problem = _("--stolen and --last-good belong together")
        raise TypedWrongly(command="kiosk key rotate", problem=problem)
    named = options.passphrase_file
    chosen = passphrase_in(Path(named)) if named else None
    if options.lost:
        asked.take(open_without_key(asked.folder))
    elif locks(asked.till.folder):
        typed = asked_for()
        asked.till.unlock(typed)
        chosen = typed if chosen is None else chosen
    rotated = put_in_force(
        asked.till,
        options.decision,
        passphrase=chosen,
        last_good=options.last_good,
        lost=options.lost,
    )
    made = rotated.handover
    facts = {
        "public_key": made.new.hex(),
        "before": made.old.hex(),
        "last_good": made.last_good.isoformat() if made.last_good else None,
        "signed": bool(made.signature),
        "passphrase": rotated.locked,
        "check": card_of(asked.till.books).check,
    }
    return Answer(facts, [*wording.new_key(made), _protection(rotated)])


def _protection(rotated: Rotated) -> str:
    if rotated.locked:
        return _("The new key is locked. Keep the passphrase: nobody can open the key without it.")
    return _("The new key has no passphrase: the permissions of its file alone protect it.")
