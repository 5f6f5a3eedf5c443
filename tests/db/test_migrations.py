"""The schema that the migrations make is the one that the models say."""

from __future__ import annotations

from pathlib import Path

import pytest
from peewee import BlobField, IntegerField, TextField

from db import audit, models
from db.connection import MIGRATIONS, open_books
from db.errors import BooksBusy
from db.models import Table, entry_key, kiosk_number
from db.terms import SYMBOLS
from tests.db import table as tables

TYPES = {IntegerField: "INTEGER", TextField: "TEXT", BlobField: "BLOB"}
MODELS = Table.__subclasses__()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_model_has_the_columns_of_its_table(table: tables.Table, model: type[Table]) -> None:
    meta = model._meta
    keys = [field.column_name for field in meta.get_primary_keys()]
    said = [
        (
            field.column_name,
            TYPES[next(kind for kind in TYPES if isinstance(field, kind))],
            not field.null or field.column_name in keys,
            keys.index(field.column_name) + 1 if field.column_name in keys else 0,
        )
        for field in meta.sorted_fields
    ]
    stored = [
        (name, kind, bool(required) or bool(key), key)
        for _, name, kind, required, _, key in table.books.sql(
            f"PRAGMA table_info({meta.table_name})"
        )
    ]
    assert stored == said


def test_models_and_tables_are_the_same_set(table: tables.Table) -> None:
    stored = {
        name for (name,) in table.books.sql("SELECT name FROM sqlite_master WHERE type = 'table'")
    }
    assert stored - {"schema_migration", "sqlite_sequence"} == {
        model._meta.table_name for model in MODELS
    }


def test_a_model_says_whether_its_table_has_row_ids_and_is_strict(table: tables.Table) -> None:
    rows = table.books.sql("SELECT name, wr, strict FROM pragma_table_list").fetchall()
    stored = {name: (bool(without), bool(strict)) for name, without, strict in rows}
    for model in MODELS:
        meta = model._meta
        assert stored[meta.table_name] == (bool(meta.without_rowid), meta.strict_tables), model


def test_every_migration_ran_once(table: tables.Table) -> None:
    table.books.close()
    again = open_books(table.books.file.parent)
    ran = [name for (name,) in again.sql("SELECT name FROM schema_migration ORDER BY name")]
    assert ran == sorted(path.stem for path in Path(MIGRATIONS).glob("[0-9]*.py"))
    again.close()


def test_what_a_replay_makes_and_what_this_machine_keeps_are_all_there_is() -> None:
    machine = {models.Local, models.Crew, models.Job, models.Secret, models.CodeTry}
    assert set(MODELS) == {models.Entry, *models.PROJECTIONS, *machine}


def test_keys_sort_as_the_journal_does() -> None:
    assert kiosk_number("0000") == 0
    assert kiosk_number("ZZZZ") == 2**20 - 1
    assert [kiosk_number(symbol) for symbol in SYMBOLS] == list(range(32))
    assert entry_key("0001", 2**32 - 1) < entry_key("0002", 1)
    assert entry_key("ZZZZ", 2**32 - 1) << 8 < 2**63


def test_nobody_brings_books_up_to_date_under_an_older_program(table: Table) -> None:
    """It would go on by the old tables."""
    table.books.sql("DROP TABLE turnover")
    table.books.sql("DELETE FROM schema_migration WHERE name = '0008_turnover'")
    folder, older = table.books.file.parent, table.books
    older.sql("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    with pytest.raises(BooksBusy):
        open_books(folder)
    assert older.setting("journal_mode") == "wal"
    assert not older.sql("SELECT 1 FROM sqlite_master WHERE name = 'turnover'").fetchall()
    older.close()
    again = open_books(folder)
    assert again.setting("journal_mode") == "wal"
    assert audit.verify(again) == []
    again.close()
