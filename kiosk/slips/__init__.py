"""The slip: its bytes, its signature, its texts and its picture.

Formats only. What a slip is worth today is known to the books (`db.slips`), who may sign with the
key is decided by the use cases (`kiosk.till`), and how a picture reaches paper by `kiosk.paper`.
"""
