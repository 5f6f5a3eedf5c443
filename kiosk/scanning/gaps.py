"""How far apart the keys of people and of scanners are; what the filter and the burst capture share."""

from __future__ import annotations

MACHINE_GAP = 0.028
"""Seconds: keys closer than this chain into a burst, and a typed key waits this long.

A low-speed USB scanner takes two polls of 10 ms for a character (press, release); the rest is the
jitter of a busy laptop. 30 ms more before a letter shows is below what a typist notices.
"""

ROLL_GAP = 0.012
"""Seconds: two fingers rolling over two keys, and a held key's repeats, stay above this."""

TEAR_GAP = 0.25
"""Seconds: how long a burst that is clearly a machine's may pause, so that load doesn't tear it."""

SWIFT_GAP = 0.006
"""Seconds: three keys, each this close to the one before, are a scanner's..."""

STALL_GAP = 0.0005
"""...unless they are closer than this: then something had stalled, and they were typed before."""
