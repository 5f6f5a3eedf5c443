"""Books that were lost, and slips of theirs that were honoured from the paper alone (db/paper.py)."""

from typing import Any

TABLES = (
    """
CREATE TABLE lost (
    entry INTEGER PRIMARY KEY REFERENCES entry (id), first INTEGER NOT NULL, last INTEGER NOT NULL
) STRICT
""",
    """
CREATE TABLE paper (
    entry INTEGER PRIMARY KEY REFERENCES entry (id), day INTEGER NOT NULL REFERENCES day (id),
    reference BLOB NOT NULL UNIQUE REFERENCES slip (reference), amount INTEGER NOT NULL
) STRICT
""",
)


def up(migrator: Any, db: Any) -> None:
    for table in TABLES:
        db.execute_sql(table)
