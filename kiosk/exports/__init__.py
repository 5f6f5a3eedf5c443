"""Exports: what a market day hands to the wall, to the assembly and to any neighbour who checks.

One module a format, listed in kiosk/exports/formats.py. Exports are public: the market day, never
the time of day; slips by reference, never by serial, code or tag; the crew by role, never by handle.
"""
