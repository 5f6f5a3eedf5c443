"""Printers in lines: find one, use it, print a test slip."""

from __future__ import annotations

from kiosk import wording
from kiosk.cli.answers import Answer, Asked, shown_path
from kiosk.messages import _
from kiosk.paper.printers import NAMES, paper_for
from kiosk.text import safe


def find(asked: Asked) -> Answer:
    """`kiosk print find`: what is connected, each with the line that uses it."""
    from kiosk.paper.finding import found_printers

    found = found_printers()
    lines = [
        _("{name}: kiosk print use {kind} {address}").format(
            name=one.name, kind=one.kind, address=safe(one.address)
        )
        for one in found
    ] or [_("No printer was found at this computer.")]
    lines.append(_("A printer on the network is not searched for: kiosk print use network ADDRESS"))
    facts = [{"kind": one.kind, "address": one.address, "name": one.name} for one in found]
    return Answer({"printers": facts}, lines)


def use(asked: Asked) -> Answer:
    """`kiosk print use`: the printer of this machine from now on."""
    options, till = asked.options, asked.till
    paper = options.paper or paper_for(options.kind, till.settings().paper)
    settings = till.use_printer(options.kind, options.address, paper, cut=not options.no_cut)
    state = till.printer().state()
    line = _("From now on: {kind} {address}").format(
        kind=_(NAMES[settings.printer]), address=safe(settings.printer_address)
    )
    facts = {
        "kind": settings.printer,
        "address": settings.printer_address,
        "paper": settings.paper,
        "cut": settings.cut,
        "state": state.readiness.value,
        "why": state.sentence,
    }
    lines = [line.strip(), wording.printer_state(state.readiness.value, state.sentence)]
    warning = wording.printer_warning(settings.printer)
    return Answer(facts, lines, [warning] if warning else [])


def test(asked: Asked) -> Answer:
    """`kiosk print test`: a slip that shows what the printer can."""
    from kiosk.paperwork import print_test

    printer, market, paper = asked.till.test_print()
    image = print_test(printer, market, paper)
    lines = [
        _("A test slip was sent to the printer: {printer}.").format(printer=safe(printer.label)),
        *wording.test_slip_meanings(),
    ]
    facts = {"printer": printer.label, "image": str(image) if image else None}
    return Answer(facts, [*lines, *([shown_path(image)] if image else [])])
