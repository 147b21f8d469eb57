"""The same centers as a table of Datasette: full text, and facets beside it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from directory.listings.queries import CenterPage
from directory.listings.rules.document import Value

FACETS = ("city", "evidence_level", "adult", "pediatric")
"""Columns with one value."""

LISTS = ("capabilities", "indications", "therapies", "types")
"""Columns with several, as JSON arrays."""


def write(centers: Sequence[CenterPage], folder: Path) -> tuple[Path, Path]:
    """Write the table and its description; return where both are."""
    table, told = folder / "shelf.db", folder / "shelf.json"
    with sqlite3.connect(table) as connection:
        connection.execute(
            "CREATE TABLE centers (slug TEXT PRIMARY KEY, name TEXT, name_zh TEXT,"
            f" {', '.join(f'{name} TEXT' for name in (*FACETS, *LISTS))},"
            " checked_on TEXT, words TEXT)"
        )
        columns = 3 + len(FACETS) + len(LISTS) + 2
        connection.executemany(
            f"INSERT INTO centers VALUES ({', '.join('?' * columns)})",
            map(_row, centers),
        )
        connection.execute(
            "CREATE VIRTUAL TABLE centers_fts USING fts5"
            " (name, name_zh, words, content='centers')"
        )
        connection.execute("INSERT INTO centers_fts (centers_fts) VALUES ('rebuild')")
    connection.close()
    facets = [*FACETS, *({"array": name} for name in LISTS)]
    shown = {"centers": {"facets": facets, "fts_table": "centers_fts", "size": 20}}
    told.write_text(json.dumps({"databases": {table.stem: {"tables": shown}}}))
    return table, told


def _row(page: CenterPage) -> tuple[str | None, ...]:
    lists = {
        "capabilities": [
            fact.key for fact in page.capabilities if fact.value is Value.YES
        ],
        "indications": list(page.indications),
        "therapies": [one.therapy for one in page.treatments if one.therapy],
        "types": list(page.types),
    }
    words = [
        *page.aliases,
        *page.specialties,
        *(fact.statement or "" for fact in (*page.evidence, *page.capabilities)),
        *(key.replace("-", " ") for keys in lists.values() for key in keys),
    ]
    return (
        page.slug,
        page.names.get("en"),
        page.names.get("zh"),
        page.city,
        page.evidence_level,
        page.adult.value,
        page.pediatric.value,
        *(json.dumps(lists[name]) for name in LISTS),
        page.checked_on.isoformat(),
        " ".join(words),
    )
