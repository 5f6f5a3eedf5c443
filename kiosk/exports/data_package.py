"""`datapackage.json`: what lies in the folder, for programs. A Frictionless Data Package, version 2.

https://datapackage.org/standard/data-package/ and the pages beside it. Every file is a resource with
its length and its hash, but for the two that can't be: this one, and the seal, which holds this one's
hash. Sentences are in the market's language.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from kiosk.exports.extract import Extract
from kiosk.exports.resources import MISSING, Field, ForeignKey, Resource
from kiosk.messages import in_language
from kiosk.text import safe

FILE = "datapackage.json"

_PROFILES = "https://datapackage.org/profiles/2.0"
_TITLE_LENGTH = 200

Hashes = Mapping[str, Mapping[str, Any]]
"""`bytes` and `sha256` (in hex) of each file."""


def write(
    extract: Extract, folder: Path, name: str, resources: Iterable[Resource], hashes: Hashes
) -> None:
    """Write the description of `resources` into `folder`, as the package `name`; raises OSError."""
    _ = in_language(extract.market.language)
    title = _("{market}: market day {day}, {date}").format(
        market=safe(extract.market.name, _TITLE_LENGTH),
        day=extract.number,
        date=extract.statement["date"],
    )
    if extract.interim:
        title = _("{title} (INTERIM: still open, not sealed)").format(title=title)
    content = {
        "$schema": f"{_PROFILES}/datapackage.json",
        "name": name,
        "title": title,
        "resources": [_resource(one, hashes.get(one.path), _) for one in resources],
    }
    text = json.dumps(content, ensure_ascii=False, indent=1)
    (folder / FILE).write_bytes(text.encode() + b"\n")


def _resource(
    one: Resource, known: Mapping[str, Any] | None, say: Callable[[str], str]
) -> dict[str, Any]:
    written: dict[str, Any] = {
        "$schema": f"{_PROFILES}/dataresource.json",
        "name": one.name,
        "path": one.path,
        "description": say(one.description),
        "format": one.format,
        "mediatype": one.mediatype,
    }
    if one.fields:
        written["type"] = "table"
    if not one.binary:
        written["encoding"] = "utf-8"
    if known is not None:
        written |= {"bytes": known["bytes"], "hash": f"sha256:{known['sha256']}"}
    if one.fields:
        written["schema"] = _schema(one, say)
    return written


def _schema(one: Resource, say: Callable[[str], str]) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "$schema": f"{_PROFILES}/tableschema.json",
        "fields": [_field(field, say) for field in one.fields],
        "missingValues": [MISSING],
    }
    if one.key:
        schema["primaryKey"] = list(one.key)
    if one.foreign_keys:
        schema["foreignKeys"] = [_foreign_key(one, key) for key in one.foreign_keys]
    return schema


def _field(field: Field, say: Callable[[str], str]) -> dict[str, Any]:
    constraints: dict[str, Any] = {}
    if field.required:
        constraints["required"] = True
    if field.choices:
        constraints["enum"] = list(field.choices)
    if field.pattern:
        constraints["pattern"] = field.pattern
    written = {"name": field.name, "type": field.type, "description": say(field.description)}
    return written | ({"constraints": constraints} if constraints else {})


def _foreign_key(one: Resource, key: ForeignKey) -> dict[str, Any]:
    reference: dict[str, Any] = {"fields": [key.of]}
    if key.path != one.path:  # a table that refers to itself does not name itself
        reference["resource"] = key.path.partition(".")[0]
    return {"fields": [key.field], "reference": reference}
