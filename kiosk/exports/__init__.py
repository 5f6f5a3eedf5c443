"""Exports: what a market day hands to the wall, to the assembly and to any neighbour who checks.

One module a format, listed in kiosk/exports/formats.py. Exports are public: the market day, never
the time of day; slips by reference, never by serial or code; the crew by role, never by handle. The
one exception is `journal.jsonl`, which is the journal as it was hashed, with its times and words, for
those who check; a serial or a handle stands in no file at all.
"""
