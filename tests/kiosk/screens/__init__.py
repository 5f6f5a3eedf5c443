"""Tests of the screens, at a table that is real but for the keyboard."""
