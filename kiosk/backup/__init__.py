"""Backups: what one is, how and when it is made, and how a market goes on from it."""
