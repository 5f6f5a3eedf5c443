"""Crashes, power cuts, failing disks and wrong clocks, done to the real kiosk: `python -m tests.faults`."""
