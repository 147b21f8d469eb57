"""Changing the vocabulary."""

from __future__ import annotations

from hashlib import sha256

from sqlalchemy import select

from directory.audit import actions as log
from directory.core.permissions import Permission
from directory.core.work import Work
from directory.outbox import actions as queue
from directory.vocabulary.model import SynonymRow, TermRow
from directory.vocabulary.rules import Term, name_of


def put_term(work: Work, term: Term) -> bool:
    """Add a term, or bring the one of the same kind and key up to date.

    Announces ``vocabulary`` to every node, since all queries are then read
    anew. A term that already stands as given is left alone.

    Returns:
        Whether anything changed.

    Raises:
        RefusedError: If the actor may not edit the vocabulary.
    """
    work.require(Permission.EDIT_VOCABULARY)
    digest = sha256(term.model_dump_json().encode()).hexdigest()
    row = work.session.scalar(
        select(TermRow).where(TermRow.kind == term.kind, TermRow.key == term.key)
    )
    if row is not None and row.digest == digest:
        return False
    before = row.digest if row is not None else None
    if row is None:
        row = TermRow(kind=term.kind.value, key=term.key)
        work.session.add(row)
    row.labels = {str(code): words for code, words in term.labels.items()}
    row.broader = list(term.broader)
    row.near = list(term.near)
    row.reason = term.reason.value if term.reason else None
    row.caution = term.caution
    row.digest = digest
    row.changed_at = work.now
    # The old ones leave before the new take their positions.
    row.synonyms = []
    work.session.flush()
    row.synonyms = [
        SynonymRow(
            position=position,
            text=synonym.text,
            language=synonym.language,
            form=synonym.form.value,
            cautious=synonym.cautious,
            whole=synonym.whole,
            also=synonym.also,
            ordered=synonym.ordered,
            note=synonym.note,
        )
        for position, synonym in enumerate(term.synonyms)
    ]
    log.record(work, "term.put", f"term:{name_of(term)}", before=before, after=digest)
    queue.announce(work, "vocabulary")
    return True
