"""The stock is that of the last seal: a visit writes its movements alone.

What the open day moved is added where the stock is read (see db/flows.py).
"""

from typing import Any

OF_SEALED_DAYS = """
INSERT INTO stock (good, quantity)
SELECT movement.good, SUM(movement.quantity)
FROM day CROSS JOIN movement
WHERE day.sealed_in IS NOT NULL
AND movement.id BETWEEN day.opened_in << 8 AND day.sealed_in << 8
AND movement.direction IN ('brought', 'taken', 'spoiled', 'found', 'missing')
GROUP BY movement.good
"""


def up(migrator: Any, db: Any) -> None:
    db.execute_sql("DROP TRIGGER movement_is_stocked")
    db.execute_sql("DELETE FROM stock")
    db.execute_sql(OF_SEALED_DAYS)
