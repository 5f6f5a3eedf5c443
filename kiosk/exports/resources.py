"""What a file of an export is, said once: for `datapackage.json`, for `README.txt`, for who reads code.

Each format brings the descriptions of its own files. Sentences are marked for the translators and
said in the market's language where they are written.
"""

from __future__ import annotations

from dataclasses import dataclass

MISSING = ""
"""What a cell holds that has nothing to say."""


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a table. `type` is one of Table Schema's; `description` names the unit where there
    is one; `required` is false where a cell may be MISSING."""

    name: str
    type: str
    description: str
    required: bool = True
    choices: tuple[str, ...] = ()
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """`field` holds what `of`, the key of the table in `path`, holds."""

    field: str
    path: str
    of: str


@dataclass(frozen=True, slots=True)
class Resource:
    """A file: its name, its media type, and what it is. Tables have `fields`, in the order of their
    columns, and keys where a row has one."""

    path: str
    mediatype: str
    description: str
    fields: tuple[Field, ...] = ()
    key: tuple[str, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    binary: bool = False

    @property
    def name(self) -> str:
        """A name that no other file of the folder has; other tables refer to a table by it."""
        name = self.path.lower()
        return name.partition(".")[0] if self.fields else name

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of its fields."""
        return tuple(field.name for field in self.fields)

    @property
    def format(self) -> str:
        """How it is written: the end of its name. Small letters are for tables alone, because
        programs that read `xlsx`, `html` or `jsonl` there take the file for a table without a schema."""
        end = self.path.rpartition(".")[2]
        return end.lower() if self.fields else end.upper()
