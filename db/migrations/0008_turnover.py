"""What each sealed day moved, category by category: a year is drawn from a few rows a day.

Days that were sealed before this have their rows made here; from now on the seal makes them, and a
good that comes to another category (see db/flows.py).
"""

from typing import Any

TABLE = """
CREATE TABLE turnover (
    day INTEGER NOT NULL REFERENCES day (id), category TEXT NOT NULL,
    brought INTEGER NOT NULL, taken INTEGER NOT NULL, hours INTEGER NOT NULL,
    PRIMARY KEY (day, category)
) STRICT, WITHOUT ROWID
"""

OF_SEALED_DAYS = """
INSERT INTO turnover (day, category, brought, taken, hours)
SELECT flow.day, good.category, SUM(flow.brought_credits), SUM(flow.taken_credits),
    SUM(CASE WHEN good.unit = 'h' AND good.kind = 'service' THEN flow.brought ELSE 0 END)
FROM flow CROSS JOIN good ON good.id = flow.good
GROUP BY flow.day, good.category
"""


def up(migrator: Any, db: Any) -> None:
    db.execute_sql(TABLE)
    db.execute_sql(OF_SEALED_DAYS)
