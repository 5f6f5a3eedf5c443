"""Every public key that the market had, with the entry that put it in force.

Books of before have one, which their founding named.
"""

from typing import Any

TABLE = """
CREATE TABLE signing_key (
    public BLOB PRIMARY KEY CHECK (length(public) = 32),
    since INTEGER NOT NULL REFERENCES entry (id),
    last_good INTEGER
) STRICT, WITHOUT ROWID
"""

OF_THE_FOUNDING = """
INSERT INTO signing_key (public, since)
SELECT market.public_key, min(entry.id) FROM market JOIN entry ON entry.kind = 'found'
GROUP BY market.id
"""


def up(migrator: Any, db: Any) -> None:
    db.execute_sql(TABLE)
    db.execute_sql(OF_THE_FOUNDING)
