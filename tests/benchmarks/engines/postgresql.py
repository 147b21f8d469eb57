"""PostgreSQL: text vectors with weights behind a GIN index, facets as arrays.

Similar words come from a table of the words, by pg_trgm; the rule of this search
is then applied to them. The server is the one that the tests start, on a socket.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psycopg

from directory.adapters.analysis import Beginning, Phrase, Sought, Word
from directory.search.rules.words import Field
from tests.benchmarks.contract import (
    TOP,
    Engine,
    Page,
    Prepared,
    Query,
    Shown,
    alternatives,
    enough_of,
    phrase,
    similar,
)
from tests.benchmarks.facts import Filter, ranked
from tests.benchmarks.hospitals import COUNTED
from tests.conftest import Cluster, postgresql_programs

WEIGHT = {Field.NAME: "A", Field.ALIAS: "B", Field.NEED: "C", Field.TEXT: "D"}
WEIGHTS = "{0.125, 0.375, 0.75, 1.0}"
"""Of text, needs, aliases and names, as ``ts_rank`` takes them."""

MOST_PLACES = 16_383
"""Places that a vector can tell apart."""

ORDERS = {"relevance": "worth", "name": "name", "verified": "day"}

TABLES = """
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE TABLE document (place int PRIMARY KEY, words tsvector NOT NULL,
  passing int[] NOT NULL, {columns}, worth int NOT NULL, name int NOT NULL,
  day int NOT NULL);
CREATE TABLE spelled (word text PRIMARY KEY);
"""
INDEXES = """
CREATE INDEX ON document USING gin (words) WITH (fastupdate = off);
CREATE INDEX ON document USING gin (passing) WITH (fastupdate = off);
CREATE INDEX ON document (worth);
CREATE INDEX ON document (name);
CREATE INDEX ON document (day);
CREATE INDEX ON spelled USING gin (word gin_trgm_ops);
"""


class PostgreSql(Engine):
    """PostgreSQL with its own full text, through psycopg."""

    name = "PostgreSQL FTS, pg_trgm"
    is_slow = True

    def __init__(self) -> None:
        """Find the server's programs, or raise ``ImportError``."""
        programs = postgresql_programs()
        if programs is None:
            raise ImportError("no PostgreSQL server")
        self._programs = programs
        self.cluster: Cluster | None = None
        self._base: Any = None

    def build(self, documents: Sequence[Prepared], folder: Path) -> None:
        """Start a server, and fill a database."""
        # A socket's path may be no longer than 107 bytes.
        self._home = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
        self.cluster = Cluster(self._programs, self._home)
        self._database = self.cluster.create()
        values = sorted(set().union(*(one.facts.passing for one in documents)))
        self._numbers = {one: at for at, one in enumerate(values, 1)}
        self._values = dict(enumerate(values, 1))
        orders = [
            ranked([one.facts.worth for one in documents]),
            ranked([one.facts.name for one in documents]),
            ranked([(-one.facts.day, one.facts.worth) for one in documents]),
        ]
        columns = ", ".join(f"{facet}_ int[] NOT NULL" for facet in COUNTED)
        with self._connect() as base:
            base.execute(TABLES.format(columns=columns))
            with base.cursor().copy("COPY document FROM STDIN") as copy:
                for one in documents:
                    ranks = [of[one.place] for of in orders]
                    copy.write_row((one.place, *self._row(one), *ranks))
            with base.cursor().copy("COPY spelled FROM STDIN") as copy:
                for word in sorted({w for one in documents for w in one.spelled()}):
                    copy.write_row((word,))
            base.execute(INDEXES)
            base.execute("VACUUM ANALYZE")
            size = base.execute("SELECT pg_database_size(current_database())")
            (folder / "size").write_text(str(size.fetchone()[0]))  # type: ignore[index]

    def _connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(
            host=str(self._home),
            user="postgres",
            dbname=self._database,
            autocommit=True,
        )

    def _row(self, one: Prepared) -> tuple[object, ...]:
        by_facet: dict[str, list[int]] = {facet: [] for facet in COUNTED}
        for value in one.facts.counted:
            by_facet[value[0]].append(self._numbers[value])
        passing = [self._numbers[value] for value in one.facts.passing]
        return (_vector(one), passing, *by_facet.values())

    def open(self, documents: Sequence[Prepared], folder: Path) -> None:
        """Connect to the server that runs; its files are not in ``folder``."""
        del folder
        self._shown = Shown(documents)
        self._base = self._connect()
        self._base.prepare_threshold = 1
        self._base.execute("SET jit = off")

    def page(self, query: Query) -> Page:
        """Answer, in two statements and one for each facet that is filtered by."""
        words = self._words(query) if query.sought else ""
        where, given = self._where(query.filters, words)
        chosen = query.widening
        arrays = " || ".join(f"{one}_" for one in COUNTED if one not in chosen)
        with self._base.pipeline():
            asked = [
                self._base.execute(
                    f"WITH found AS MATERIALIZED (SELECT {arrays} AS has FROM document"
                    f" WHERE {where}) SELECT 0, count(*) FROM found UNION ALL"
                    " SELECT value, count(*) FROM found, unnest(has) AS value"
                    " GROUP BY value",
                    given,
                )
            ]
            for facet in chosen:
                other, of_it = self._where(query.without(facet), words)
                asked.append(
                    self._base.execute(
                        f"SELECT value, count(*) FROM document, unnest({facet}_)"
                        f" AS value WHERE {other} GROUP BY value",
                        of_it,
                    )
                )
            first = self._first(query, where, given, words)
        total, counts = 0, {facet: dict[str, int]() for facet in COUNTED}
        for rows in asked:
            for number, many in rows.fetchall():
                if number == 0:
                    total = many
                else:
                    facet, key = self._values[number]
                    counts[facet][key] = many
        top = tuple(place for place, *_ in first.fetchall())
        return Page(total, top, counts, self._shown.marked(top, query))

    def _first(
        self, query: Query, where: str, given: Sequence[object], words: str
    ) -> Any:
        if query.sort == "relevance" and words:
            order = f"-ts_rank('{WEIGHTS}', words, %s::tsquery)"
            given = (*given, words)
        else:
            order = ORDERS[query.sort]
        return self._base.execute(
            f"SELECT place FROM document WHERE {where} ORDER BY {order} LIMIT {TOP}",
            given,
        )

    def _where(
        self, filters: Sequence[Filter], words: str
    ) -> tuple[str, tuple[object, ...]]:
        asked: dict[str, object] = {}
        if filters:
            numbers = [self._numbers.get(one, 0) for one in filters]
            asked["passing @> %s::int[]"] = numbers
        if words:
            asked["words @@ %s::tsquery"] = words
        return " AND ".join(asked) or "true", tuple(asked.values())

    def _words(self, query: Query) -> str:
        if query.misspelled:
            word = query.sought[0]
            assert isinstance(word, Word)
            rows = self._base.execute(
                "SELECT word FROM spelled WHERE word %% %s", (word.spelling,)
            )
            known = [one for (one,) in rows if one[:2] == word.spelling[:2]]
            near = similar(word.spelling, known)
            return " | ".join(f"'{one}':ABC" for one in near) or "'_none_'"
        if query.fewest == 1:
            return " | ".join(self._one(one) for one in query.sought)
        return " | ".join(
            "(" + " & ".join(f"({self._one(one)})" for one in some) + ")"
            for some in enough_of(query)
        )

    def _one(self, sought: Sought) -> str:
        if isinstance(sought, Beginning):
            return f"{_quoted(sought.letters)}:* | {_quoted(sought.stem)}"
        if isinstance(sought, Phrase):
            return " <-> ".join(map(_quoted, phrase(sought)))
        return " | ".join(self._ways(sought))

    def _ways(self, word: Word) -> Iterator[str]:
        for way in alternatives(word):
            yield "(" + " & ".join(map(_quoted, way)) + ")"

    def update(self, changed: Prepared) -> None:
        """Replace the words of a row."""
        self._base.execute(
            "UPDATE document SET words = %s::tsvector WHERE place = %s",
            (_vector(changed), changed.place),
        )

    def close(self) -> None:
        """Stop the server, and remove what it kept."""
        if self._base is not None:
            self._base.close()
        if self.cluster is not None:
            self.cluster.stop()
            shutil.rmtree(self._home)


def _vector(document: Prepared) -> str:
    places: dict[str, list[str]] = {}
    for token in document.tokens():
        at = min(token.at + 1, MOST_PLACES)
        places.setdefault(token.text, []).append(f"{at}{WEIGHT[token.field]}")
    return " ".join(
        f"{_quoted(token)}:{','.join(at[:255])}" for token, at in places.items()
    )


def _quoted(token: str) -> str:
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"
