"""The first tables of the books. Frozen: later changes are later migrations.

Every row that belongs to an entry has a key made from the entry's, so that each table is one
B-tree that only grows at its end (see db/models.py).
"""

from typing import Any

TABLES = """
CREATE TABLE entry (
    id INTEGER PRIMARY KEY, kiosk TEXT NOT NULL, seq INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL, day INTEGER NOT NULL, kind TEXT NOT NULL, body BLOB NOT NULL,
    prev_hash BLOB NOT NULL CHECK (length(prev_hash) = 32), hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE TABLE posting (
    id INTEGER PRIMARY KEY, entry INTEGER NOT NULL REFERENCES entry (id),
    account TEXT NOT NULL, credits INTEGER NOT NULL
) STRICT;
CREATE TABLE chain (
    kiosk TEXT PRIMARY KEY, seq INTEGER NOT NULL, hash BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE balance (
    account TEXT PRIMARY KEY, credits INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE market (
    id INTEGER PRIMARY KEY CHECK (id = 1), name TEXT NOT NULL, place TEXT NOT NULL,
    language TEXT NOT NULL, public_key BLOB NOT NULL, practice INTEGER NOT NULL
) STRICT;
CREATE TABLE rule (
    name TEXT PRIMARY KEY, value INTEGER NOT NULL, entry INTEGER NOT NULL REFERENCES entry (id)
) STRICT, WITHOUT ROWID;
CREATE TABLE decision (
    entry INTEGER PRIMARY KEY REFERENCES entry (id), words TEXT NOT NULL
) STRICT;
CREATE TABLE good (
    id TEXT PRIMARY KEY, number INTEGER NOT NULL UNIQUE, category TEXT NOT NULL, kind TEXT NOT NULL,
    unit TEXT NOT NULL, rate INTEGER NOT NULL, names TEXT NOT NULL, others TEXT NOT NULL,
    retired INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE barcode (
    code TEXT PRIMARY KEY, good TEXT NOT NULL REFERENCES good (id)
) STRICT, WITHOUT ROWID;
CREATE TABLE rate (
    good TEXT NOT NULL REFERENCES good (id), entry INTEGER NOT NULL REFERENCES entry (id),
    credits INTEGER NOT NULL, PRIMARY KEY (good, entry)
) STRICT, WITHOUT ROWID;
CREATE TABLE stock (
    good TEXT PRIMARY KEY REFERENCES good (id), quantity INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE movement (
    id INTEGER PRIMARY KEY, entry INTEGER NOT NULL REFERENCES entry (id),
    good TEXT NOT NULL REFERENCES good (id), direction TEXT NOT NULL,
    quantity INTEGER NOT NULL, rate INTEGER NOT NULL, credits INTEGER NOT NULL
) STRICT;
CREATE TABLE day (
    id INTEGER PRIMARY KEY, kiosk TEXT NOT NULL, number INTEGER NOT NULL, date TEXT NOT NULL,
    crew TEXT NOT NULL, opened_in INTEGER NOT NULL REFERENCES entry (id),
    sealed_in INTEGER REFERENCES entry (id), counted INTEGER,
    visits INTEGER NOT NULL, undone INTEGER NOT NULL, slips_in INTEGER NOT NULL,
    slips_out INTEGER NOT NULL, brought INTEGER NOT NULL, taken INTEGER NOT NULL,
    work INTEGER NOT NULL, redeemed INTEGER NOT NULL, issued INTEGER NOT NULL,
    solidarity INTEGER NOT NULL, gifts INTEGER NOT NULL, rounding INTEGER NOT NULL,
    spoilage INTEGER NOT NULL, voided INTEGER NOT NULL
) STRICT;
CREATE TABLE visit (
    id INTEGER PRIMARY KEY REFERENCES entry (id), day INTEGER NOT NULL REFERENCES day (id),
    number INTEGER NOT NULL, key TEXT NOT NULL UNIQUE, reversed_in INTEGER REFERENCES entry (id),
    brings_back INTEGER REFERENCES entry (id)
) STRICT;
CREATE TABLE slip (
    reference BLOB PRIMARY KEY CHECK (length(reference) = 16), tag BLOB NOT NULL UNIQUE,
    amount INTEGER NOT NULL, issued INTEGER NOT NULL, expires INTEGER NOT NULL, state TEXT NOT NULL,
    issued_in INTEGER NOT NULL REFERENCES entry (id), ended_in INTEGER REFERENCES entry (id)
) STRICT, WITHOUT ROWID;
CREATE TABLE local (
    name TEXT PRIMARY KEY, value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE crew (
    id INTEGER PRIMARY KEY, day INTEGER NOT NULL, role TEXT NOT NULL, handle TEXT NOT NULL,
    salt BLOB NOT NULL
) STRICT;
CREATE TABLE job (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL,
    entry INTEGER NOT NULL, reference BLOB,
    copy INTEGER NOT NULL, state TEXT NOT NULL, created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX job_open ON job (state) WHERE state IN ('queued', 'sent');
CREATE TABLE secret (
    job INTEGER PRIMARY KEY REFERENCES job (id), content BLOB NOT NULL
) STRICT;
CREATE TABLE code_try (
    id INTEGER PRIMARY KEY, at INTEGER NOT NULL
) STRICT;
"""

REFUSALS = """
CREATE TRIGGER {table}_is_never_{past} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, 'nothing in the journal is ever changed'); END
"""


def up(migrator: Any, db: Any) -> None:
    for statement in TABLES.split(";\n"):
        if statement.strip():
            db.execute_sql(statement)
    for table in ("entry", "posting", "movement"):
        for verb, past in (("UPDATE", "updated"), ("DELETE", "deleted")):
            db.execute_sql(REFUSALS.format(table=table, verb=verb, past=past))
