"""The index of open print jobs holds those that were being sent, too (see db/jobs.py)."""

from typing import Any


def up(migrator: Any, db: Any) -> None:
    db.execute_sql("DROP INDEX job_open")
    db.execute_sql(
        "CREATE INDEX job_open ON job (state) WHERE state IN ('queued', 'sending', 'sent')"
    )
