"""The market's key in lines: its passphrase is set, changed or taken away."""

from __future__ import annotations

from pathlib import Path

from kiosk.cli.answers import Answer, Asked, passphrase_in
from kiosk.cli.answers import passphrase as asked_for
from kiosk.messages import _
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
