"""What each sealed day moved, good by good: the season's figures need no movement of long ago.

Days that were sealed before this have their rows made here; from now on the seal makes them
(see db/flows.py).
"""

from typing import Any

TABLE = """
CREATE TABLE flow (
    day INTEGER NOT NULL REFERENCES day (id), good TEXT NOT NULL REFERENCES good (id),
    direction TEXT NOT NULL, quantity INTEGER NOT NULL, credits INTEGER NOT NULL,
    PRIMARY KEY (day, good, direction)
) STRICT, WITHOUT ROWID
"""

OF_SEALED_DAYS = """
INSERT INTO flow (day, good, direction, quantity, credits)
SELECT day.id, movement.good, movement.direction, SUM(movement.quantity), SUM(movement.credits)
FROM day CROSS JOIN movement
WHERE day.sealed_in IS NOT NULL
AND movement.id BETWEEN day.opened_in << 8 AND day.sealed_in << 8
GROUP BY day.id, movement.good, movement.direction
"""


def up(migrator: Any, db: Any) -> None:
    db.execute_sql(TABLE)
    db.execute_sql(OF_SEALED_DAYS)
