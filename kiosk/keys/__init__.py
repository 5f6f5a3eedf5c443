"""The market's keys: how the private one is held, locked, shared and changed, what public ones prove."""
