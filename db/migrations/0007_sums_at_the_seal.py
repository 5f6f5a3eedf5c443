"""Balances, stock and a day's totals are those of the last seal: a visit writes none of them.

What the open day adds is summed up where they are read (see db/sums.py).
"""

from typing import Any

TOTALS = (
    "visits", "undone", "slips_in", "slips_out", "brought", "taken", "work", "redeemed", "issued",
    "solidarity", "gifts", "rounding", "spoilage", "voided",
)  # fmt: skip

SEALED = """
FROM day CROSS JOIN {table}
WHERE day.sealed_in IS NOT NULL AND {table}.id BETWEEN day.opened_in << 8 AND day.sealed_in << 8
"""

STATEMENTS = (
    "DROP TRIGGER posting_is_balanced",
    "DROP TRIGGER movement_is_stocked",
    "DELETE FROM balance",
    "DELETE FROM stock",
    "INSERT INTO balance (account, credits) SELECT account, SUM(credits) "
    f"{SEALED.format(table='posting')} GROUP BY account",
    f"INSERT INTO stock (good, quantity) SELECT good, SUM(quantity) "
    f"{SEALED.format(table='movement')} "
    "AND direction IN ('brought', 'taken', 'spoiled', 'found', 'missing') GROUP BY good",
    "CREATE INDEX day_open ON day (opened_in) WHERE sealed_in IS NULL",
    f"UPDATE day SET {', '.join(f'{name} = 0' for name in TOTALS)} WHERE sealed_in IS NULL",
)


def up(migrator: Any, db: Any) -> None:
    for statement in STATEMENTS:
        db.execute_sql(statement)
