"""What each sealed day moved, good by good: the season's figures need no movement of long ago.

Days that were sealed before this have their rows made here; from now on the seal makes them
(see db/flows.py).
"""

from typing import Any

TABLE = """
CREATE TABLE flow (
    day INTEGER NOT NULL REFERENCES day (id), good TEXT NOT NULL REFERENCES good (id),
    brought INTEGER NOT NULL, brought_credits INTEGER NOT NULL,
    taken INTEGER NOT NULL, taken_credits INTEGER NOT NULL,
    spoiled INTEGER NOT NULL, found INTEGER NOT NULL,
    PRIMARY KEY (day, good)
) STRICT, WITHOUT ROWID
"""

OF_SEALED_DAYS = """
INSERT INTO flow (day, good, brought, brought_credits, taken, taken_credits, spoiled, found)
SELECT day.id, movement.good,
    SUM(CASE WHEN direction IN ('brought', 'work') THEN quantity ELSE 0 END),
    SUM(CASE WHEN direction IN ('brought', 'work') THEN credits ELSE 0 END),
    SUM(CASE WHEN direction IN ('taken', 'received') THEN -quantity ELSE 0 END),
    SUM(CASE WHEN direction IN ('taken', 'received') THEN -credits ELSE 0 END),
    SUM(CASE WHEN direction = 'spoiled' THEN -quantity ELSE 0 END),
    SUM(CASE WHEN direction IN ('found', 'missing') THEN quantity ELSE 0 END)
FROM day CROSS JOIN movement
WHERE day.sealed_in IS NOT NULL
AND movement.id BETWEEN day.opened_in << 8 AND day.sealed_in << 8
GROUP BY day.id, movement.good
"""


def up(migrator: Any, db: Any) -> None:
    db.execute_sql(TABLE)
    db.execute_sql(OF_SEALED_DAYS)
