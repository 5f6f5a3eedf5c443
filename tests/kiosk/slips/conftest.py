"""One fixed market key, so that every byte of a slip can be written down."""

from __future__ import annotations

import pytest

from kiosk.slips.signing import MarketKey


@pytest.fixture(scope="session")
def key() -> MarketKey:
    return MarketKey(bytes(range(32)))
