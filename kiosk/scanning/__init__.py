"""Scanning: what a wedge scanner types, told from a person's typing, and what it means by its form.

- filter.py lets through what may be a key, a pointer event or a paste at all, before any is made.
- burst.py takes scans out of the stream of keys; keys.py says what it looks at.
- recognise.py names what a scan is: a slip, a card of the kiosk (cards.py), a bar code (barcodes.py).

Whether a slip is good and a good is in the catalogue is left to the till.
"""
