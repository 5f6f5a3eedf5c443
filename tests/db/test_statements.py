"""A statement is compiled once: what is always the same stands in its SQL, and slots are left open."""

from __future__ import annotations

from db.models import Visit
from db.statements import Statement, slot


def test_what_is_always_the_same_stands_in_the_sql() -> None:
    statement = Statement(
        Visit.update({Visit.reversed_in: None, Visit.day: 7}).where(
            (Visit.key == "it's") & (Visit.id == slot("id"))
        )
    )
    assert statement.sql.count("NULL") == 1
    assert "'it''s'" in statement.sql
    assert "= 7" in statement.sql
    assert statement.sql.endswith("= :id))")
    assert statement.sql_in_order == statement.sql.replace(":id", "?")
