"""A second checker, written from assets/check-the-ledger.md alone. It shares no code with the project."""
