"""How things stand at this moment, for Prometheus: counts and ages only."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.pool import QueuePool

from directory.cases.queries import documents
from directory.inquiries import queries as inquiries
from directory.listings import queries as listings
from directory.outbox import queries as outbox

if TYPE_CHECKING:
    from directory.tools import Tools

Values = Iterable[tuple[tuple[str, ...], float]]


class Gauges(Collector):
    """Reads how things stand whenever it is asked.

    A part that cannot be read is left out and counted in
    ``directory_unreadable``, so that one fault does not hide the rest.
    """

    def __init__(self, tools: Tools) -> None:
        """Read from these."""
        self.tools = tools

    def collect(self) -> Iterator[Metric]:
        """Return every gauge with its value now."""
        unreadable = GaugeMetricFamily(
            "directory_unreadable", "Parts that could not be read.", labels=("part",)
        )
        parts: tuple[tuple[str, Callable[[], Iterable[Metric]]], ...] = (
            ("index", self._index),
            ("outbox", self._promises),
            ("listings", self._listings),
            ("inquiries", self._inquiries),
            ("pool", self._pool),
            ("disk", self._disk),
            ("documents", self._documents),
        )
        for name, read in parts:
            failed = 0
            try:
                found = list(read())
            except Exception:  # noqa: BLE001 (whatever fails is what is counted)
                found, failed = [], 1
            yield from found
            unreadable.add_metric((name,), failed)
        yield unreadable

    def _index(self) -> Iterator[Metric]:
        status = self.tools.searcher.status()
        with self.tools.reading() as session:
            last = outbox.head(session)
        yield _one("index_documents", "Documents in the index.", status.documents)
        yield _one(
            "index_changes_behind",
            "Places of the change feed that the index has not reached.",
            max(0, last - status.position),
        )
        age = (self.tools.clock() - status.built_at).total_seconds()
        yield _one("index_age_seconds", "Since the index was written.", age)
        yield _one(
            "index_position",
            "Place of the change feed that this process answers from.",
            status.position,
        )
        yield _one(
            "index_segments", "Segments that the index is made of.", status.segments
        )
        yield _one(
            "index_documents_gone",
            "Documents that no longer stand and are not packed away yet.",
            status.removed,
        )
        yield _many(
            "index_bytes",
            "What this process holds of the index in memory, by part.",
            "part",
            status.bytes,
        )
        yield _one(
            "index_full_text",
            "0 while the database answers in place of the index.",
            int(status.full_text),
        )

    def _promises(self) -> Iterator[Metric]:
        with self.tools.reading() as session:
            found = outbox.promises(session, self.tools.clock())
        yield _one("promises_due", "Promises to be kept by now.", found.due)
        yield _one("promises_overdue", "Promises kept too late.", found.overdue)
        yield _one("promises_given_up", "Promises not tried any more.", found.given_up)
        yield _one(
            "promises_lost", "Given up in the last day for no dead address.", found.lost
        )
        yield _one("addresses_dead", "Addresses nothing is sent to.", found.dead)

    def _listings(self) -> Iterator[Metric]:
        with self.tools.reading() as session:
            found = listings.counts(session, today=self.tools.clock().date())
        yield _many(
            "listings",
            "Published listings, and drafts.",
            "kind",
            {
                "center": found.centers,
                "facilitator": found.facilitators,
                "draft": found.drafts,
            },
        )
        yield _many("facts", "Published facts.", "basis", found.facts)
        yield _one("facts_overdue", "Facts to be checked again.", found.overdue)

    def _inquiries(self) -> Iterator[Metric]:
        with self.tools.reading() as session:
            found = inquiries.counts(session)
        yield _many(
            "inquiries",
            "Inquiries, by state only.",
            "state",
            {state.value: number for state, number in found.items()},
        )

    def _pool(self) -> Iterator[Metric]:
        pool = self.tools.engine.pool
        if isinstance(pool, QueuePool):
            yield _many(
                "database_connections",
                "Connections of this process.",
                "state",
                {"in-use": pool.checkedout(), "idle": pool.checkedin()},
            )

    def _disk(self) -> Iterator[Metric]:
        free = shutil.disk_usage(self.tools.settings.data).free
        yield _one("disk_free_bytes", "Free space where things are kept.", free)

    def _documents(self) -> Iterator[Metric]:
        with self.tools.reading() as session:
            found = documents.document_counts(session)
            waiting = documents.quarantined(session)
        yield _many("documents", "Files of inquiries, by state.", "state", found)
        yield _one("uploads_waiting_bytes", "Bytes of files not checked yet.", waiting)
        yield _one(
            "uploads_room_bytes",
            "Bytes that such files may take.",
            self.tools.settings.uploads_room_bytes,
        )


def _one(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(f"directory_{name}", words, value=value)


def _many(name: str, words: str, label: str, values: Any) -> Metric:
    family = GaugeMetricFamily(f"directory_{name}", words, labels=(label,))
    for key, value in values.items():
        family.add_metric((key,), value)
    return family
