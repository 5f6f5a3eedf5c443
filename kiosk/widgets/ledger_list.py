"""Today's entries beside the work (to be written)."""

from textual.widgets import Static


class LedgerPanel(Static):
    async def load(self) -> None: ...
