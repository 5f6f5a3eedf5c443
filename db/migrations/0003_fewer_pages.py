"""A visit writes fewer pages and sends fewer statements.

The head of a journal is its last entry, so it needs no table of its own; balances and stock follow
their postings and movements in the same statement.
"""

from typing import Any

FOLLOWS = (
    """
CREATE TRIGGER posting_is_balanced AFTER INSERT ON posting
BEGIN
    INSERT INTO balance (account, credits) VALUES (NEW.account, NEW.credits)
    ON CONFLICT (account) DO UPDATE SET credits = credits + excluded.credits;
END
""",
    """
CREATE TRIGGER movement_is_stocked AFTER INSERT ON movement
WHEN NEW.direction IN ('brought', 'taken', 'spoiled', 'found', 'missing')
BEGIN
    INSERT INTO stock (good, quantity) VALUES (NEW.good, NEW.quantity)
    ON CONFLICT (good) DO UPDATE SET quantity = quantity + excluded.quantity;
END
""",
)


def up(migrator: Any, db: Any) -> None:
    db.execute_sql("DROP TABLE chain")
    for trigger in FOLLOWS:
        db.execute_sql(trigger)
