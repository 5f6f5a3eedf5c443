"""Measurements by hand: `python -m tests.bench`. No test: numbers belong to a machine and a moment.

Every row is a ratio of two things that were measured in turns in one run, so that it means the same
on a laptop and on a Raspberry Pi. No file here is named `test_…`; pytest leaves them alone.
"""
