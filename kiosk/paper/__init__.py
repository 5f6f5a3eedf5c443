"""Paper: printers, and A4 sheets of cards.

What is to be printed waits in the books (`db.jobs`); the picture of a slip comes from `kiosk.slips`,
the text of a card from `kiosk.scanning`, and who prints what when is decided by the use cases
(`kiosk.till`).
"""
