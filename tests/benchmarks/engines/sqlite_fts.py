"""SQLite FTS5: a table without content of its own, names weighted by ``bm25``.

It has no search for similar words; the means that its manual names is the table
of its vocabulary, whose words of names and needs are compared one by one. It
cannot count how many of several words a row has: the selections that are enough
are written out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
from pysqlite3 import dbapi2 as sqlite

from directory.adapters.analysis import Beginning, Phrase, Sought, Word
from directory.search.rules.layers import bits_of
from directory.search.rules.words import FIELD_WEIGHTS, Field
from tests.benchmarks.contract import (
    SPELLED,
    TOP,
    Engine,
    Page,
    Prepared,
    Query,
    Shown,
    alternatives,
    enough_of,
    phrase,
)
from tests.benchmarks.engines.bitmaps import Bitmaps
from tests.benchmarks.engines.spellings import Spellings
from tests.benchmarks.facts import ranked
from tests.benchmarks.hospitals import COUNTED

HOLE = "_"
"""Stands where no word is indexed, so that no phrase goes across."""

TABLES = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE VIRTUAL TABLE words USING fts5(
  name, alias, need, text, content = '', contentless_delete = 1,
  tokenize = "ascii tokenchars '_=~%$+-.'", prefix = '3 4'
);
CREATE VIRTUAL TABLE vocabulary USING fts5vocab(words, col);
CREATE TABLE document (place INTEGER PRIMARY KEY, worth INTEGER, name INTEGER,
  day INTEGER);
CREATE TABLE value (number INTEGER PRIMARY KEY, facet TEXT, key TEXT);
CREATE TABLE counted (value INTEGER, place INTEGER, PRIMARY KEY (place, value))
  WITHOUT ROWID;
CREATE TABLE passing (value INTEGER, place INTEGER, PRIMARY KEY (value, place))
  WITHOUT ROWID;
CREATE INDEX by_worth ON document (worth);
CREATE INDEX by_name ON document (name);
CREATE INDEX by_day ON document (day);
"""

RANK = ", ".join(str(FIELD_WEIGHTS[field]) for field in Field)


class SqliteTables(Engine):
    """What both ways of using FTS5 share: the file, and the words of a query."""

    name = "SQLite FTS5"

    def build(self, documents: Sequence[Prepared], folder: Path) -> None:
        """Write the database."""
        with closing(sqlite.connect(folder / "fts.sqlite")) as base:
            base.executescript(TABLES)
            worth = ranked([one.facts.worth for one in documents])
            name = ranked([one.facts.name for one in documents])
            day = ranked([(-one.facts.day, one.facts.worth) for one in documents])
            values = sorted(set().union(*(one.facts.passing for one in documents)))
            number = {one: at for at, one in enumerate(values, 1)}
            base.execute("BEGIN")
            base.executemany(
                "INSERT INTO value VALUES (?, ?, ?)",
                ((number[one], *one) for one in values),
            )
            base.executemany(
                "INSERT INTO words (rowid, name, alias, need, text)"
                " VALUES (?, ?, ?, ?, ?)",
                ((one.place, *columns(one)) for one in documents),
            )
            base.executemany(
                "INSERT INTO document VALUES (?, ?, ?, ?)",
                ((p, worth[p], name[p], day[p]) for p in range(len(documents))),
            )
            for table in ("counted", "passing"):
                base.executemany(
                    f"INSERT INTO {table} VALUES (?, ?)",
                    (
                        (number[value], one.place)
                        for one in documents
                        for value in getattr(one.facts, table)
                    ),
                )
            base.execute("INSERT INTO words (words) VALUES ('optimize')")
            base.execute("COMMIT")
            base.execute("ANALYZE")
            base.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def open(self, documents: Sequence[Prepared], folder: Path) -> None:
        """Open the database, and read the words that may be meant."""
        self._shown = Shown(documents)
        self._base = sqlite.connect(folder / "fts.sqlite", isolation_level=None)
        self._base.execute("PRAGMA cache_size = -262144")
        self._base.execute("PRAGMA mmap_size = 1073741824")
        self._base.execute("PRAGMA temp_store = MEMORY")
        spelled = [field.value for field in SPELLED]
        rows = self._base.execute(
            "SELECT term FROM vocabulary WHERE col IN (?, ?, ?)", spelled
        )
        self._spellings = Spellings(
            word for (word,) in rows if word.isascii() and word.isalpha()
        )

    def update(self, changed: Prepared) -> None:
        """Replace the words of a row, as the manual says for such tables."""
        self._base.execute(
            "INSERT OR REPLACE INTO words (rowid, name, alias, need, text)"
            " VALUES (?, ?, ?, ?, ?)",
            (changed.place, *columns(changed)),
        )

    def close(self) -> None:
        """Close the database."""
        self._base.close()

    def _match(self, query: Query) -> str:
        """Return the query in the language of FTS5."""
        if query.fewest == 1 or len(query.sought) == 1:
            return " OR ".join(self._one(one) for one in query.sought)
        return " OR ".join(
            "(" + " AND ".join(f"({self._one(one)})" for one in some) + ")"
            for some in enough_of(query)
        )

    def _one(self, sought: Sought) -> str:
        if isinstance(sought, Beginning):
            return f'"{sought.letters}"* OR "{sought.stem}"'
        if isinstance(sought, Phrase):
            return f'"{" ".join(phrase(sought))}"'
        return " OR ".join(self._ways(sought))

    def _ways(self, word: Word) -> Iterator[str]:
        ways = alternatives(word)
        yield from (
            "(" + " AND ".join(f'"{one}"' for one in way) + ")"
            if len(way) > 1
            else f'"{way[0]}"'
            for way in ways
        )

    def _similar(self, query: Query) -> str:
        """Return a query for the words that a misspelled one may have meant."""
        word = query.sought[0]
        assert isinstance(word, Word)
        found = self._spellings.similar(word.spelling)
        words = " OR ".join(f'"{one}"' for one in found)
        return f"{{name alias need}} : ({words})" if words else f'"{HOLE}{HOLE}"'

    def _sought(self, query: Query) -> str:
        return self._similar(query) if query.misspelled else self._match(query)


class SqliteWithBitmaps(SqliteTables):
    """FTS5 for the words alone; filters, counts and orders are sets of bits."""

    name = "SQLite FTS5, bitmaps"

    def open(self, documents: Sequence[Prepared], folder: Path) -> None:
        """Open the database, and turn facts into sets."""
        super().open(documents, folder)
        self._bitmaps = Bitmaps(documents)

    def page(self, query: Query) -> Page:
        """Answer."""
        places, scores = np.empty(0, np.int64), np.empty(0)
        if query.sought:
            rows = self._base.execute(
                f"SELECT rowid, bm25(words, {RANK}) FROM words WHERE words MATCH ?",
                (self._sought(query),),
            ).fetchall()
            if rows:
                found = np.array(rows)
                places, scores = found[:, 0].astype(np.int64), -found[:, 1]
        words = bits_of(places)
        members = self._bitmaps.members(query, words)
        top = self._bitmaps.top(query, members, places, scores)
        return Page(
            members.bit_count(),
            top,
            self._bitmaps.counts(query, words, members),
            self._shown.marked(top, query),
        )


class SqliteInSql(SqliteTables):
    """FTS5 for the words, and SQL for the rest."""

    name = "SQLite FTS5, facets in SQL"

    def open(self, documents: Sequence[Prepared], folder: Path) -> None:
        """Open the database, and read the numbers of values."""
        super().open(documents, folder)
        rows = self._base.execute("SELECT number, facet, key FROM value")
        self._values = {number: (facet, key) for number, facet, key in rows}
        self._numbers = {value: number for number, value in self._values.items()}

    def page(self, query: Query) -> Page:
        """Answer."""
        base = self._base
        if query.filters and query.sought:
            # Looked for once, and not again for each facet filtered by.
            base.execute("DROP TABLE IF EXISTS temp.worded")
            base.execute(
                "CREATE TEMP TABLE worded AS SELECT rowid AS place,"
                f" bm25(words, {RANK}) AS score FROM words WHERE words MATCH ?",
                (self._sought(query),),
            )
        sql, given = self._members(query)
        base.execute("DROP TABLE IF EXISTS temp.found")
        base.execute(f"CREATE TEMP TABLE found AS SELECT place FROM ({sql})", given)
        (total,) = base.execute("SELECT count(*) FROM temp.found").fetchone()
        counts: dict[str, dict[str, int]] = {facet: {} for facet in COUNTED}
        chosen = query.widening
        for number, count in base.execute(
            "SELECT value, count(*) FROM temp.found JOIN counted USING (place)"
            " GROUP BY value"
        ):
            facet, key = self._values[number]
            if facet not in chosen:
                counts[facet][key] = count
        for facet in chosen:
            sql, given = self._members(query, facet)
            for number, count in base.execute(
                f"SELECT value, count(*) FROM ({sql}) JOIN counted USING (place)"
                f" WHERE value IN (SELECT number FROM value WHERE facet = ?)"
                f" GROUP BY value",
                (*given, facet),
            ):
                counts[facet][self._values[number][1]] = count
        top = self._top(query)
        return Page(total, top, counts, self._shown.marked(top, query))

    def _members(
        self, query: Query, without: str = ""
    ) -> tuple[str, tuple[object, ...]]:
        filters = query.without(without) if without else query.filters
        if not filters:
            if query.sought and query.filters:
                return "SELECT place FROM temp.worded", ()
            if query.sought:
                sql = "SELECT rowid AS place FROM words WHERE words MATCH ?"
                return sql, (self._sought(query),)
            return "SELECT place FROM document", ()
        numbers = tuple(self._numbers.get(one, 0) for one in filters)
        sql = " INTERSECT ".join(
            "SELECT place FROM passing WHERE value = ?" for _ in numbers
        )
        if query.sought:
            sql = f"SELECT place FROM temp.worded WHERE place IN ({sql})"
        return sql, numbers

    def _top(self, query: Query) -> tuple[int, ...]:
        base = self._base
        order = {"name": "name", "verified": "day"}.get(query.sort, "worth")
        by_order = (
            "SELECT place FROM temp.found JOIN document USING (place)"
            f" ORDER BY {order} LIMIT {TOP}"
        )
        if query.sort != "relevance" or not query.sought:
            return tuple(place for (place,) in base.execute(by_order))
        rows = (
            base.execute(
                "SELECT place FROM temp.found JOIN temp.worded USING (place)"
                f" ORDER BY score LIMIT {TOP}"
            )
            if query.filters
            else base.execute(
                "SELECT rowid FROM words WHERE words MATCH ?"
                f" AND rank MATCH 'bm25({RANK})' ORDER BY rank LIMIT {TOP}",
                (self._sought(query),),
            )
        )
        return tuple(place for (place,) in rows)


def columns(document: Prepared) -> tuple[str, ...]:
    """Return the tokens of each field, with a hole where no word is indexed."""
    streams: dict[Field, list[str]] = {field: [] for field in Field}
    after: dict[Field, int] = {}
    for token in document.tokens():
        stream = streams[token.field]
        if token.at != after.get(token.field, token.at):
            stream.append(HOLE)
        stream.append(token.text)
        after[token.field] = token.at + 1
    return tuple(" ".join(stream) for stream in streams.values())
