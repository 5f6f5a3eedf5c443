"""The books of a redistribution market: no Textual, no Pillow, no printer.

Importing the package registers every kind of entry, so that any journal can be replayed.
"""

from db import catalogue, corrections, days, ledger, market, slips, stock  # noqa: F401
