"""Changing the vocabulary."""

from __future__ import annotations

from hashlib import sha256

from sqlalchemy import select, update

from directory.audit import actions as log
from directory.core.errors import DirectoryError, NotFoundError
from directory.core.permissions import Permission
from directory.core.work import Work
from directory.outbox import actions as queue
from directory.vocabulary.model import SynonymRow, TermRow
from directory.vocabulary.rules import SEED, Term, name_of


class TermChangedError(DirectoryError):
    """Somebody else changed the term since the page was opened."""

    code = "term.changed"


def digest_of(term: Term) -> str:
    """Return the SHA-256 digest of a term as JSON, in hexadecimal."""
    return sha256(term.model_dump_json().encode()).hexdigest()


def put_term(work: Work, term: Term) -> bool:
    """Add a term of the seeds, or bring the one of the same kind and key up to date.

    Announces ``vocabulary`` to every node, since all queries are then read
    anew. A term that already stands as given is left alone, and so is one that
    somebody has edited since.

    Returns:
        Whether anything changed.

    Raises:
        RefusedError: If the actor may not edit the vocabulary.
    """
    work.require(Permission.EDIT_VOCABULARY)
    row = work.session.scalar(
        select(TermRow).where(TermRow.kind == term.kind, TermRow.key == term.key)
    )
    if row is None:
        row = TermRow(kind=term.kind.value, key=term.key, authority=SEED)
        work.session.add(row)
    elif row.authority != SEED or row.digest == digest_of(term):
        return False
    _write(work, row, term)
    return True


def edit_term(work: Work, term: Term, *, was: str) -> bool:
    """Change a term as a person; from then on the seeds leave it alone.

    Args:
        work: The transaction.
        term: As it shall be; of a kind and key that exist.
        was: Digest of the term that the page showed.

    Returns:
        Whether anything changed.

    Raises:
        RefusedError: If the actor may not edit the vocabulary.
        NotFoundError: If there is no such term.
        TermChangedError: If it is another one by now.
    """
    work.require(Permission.EDIT_VOCABULARY)
    held = work.session.execute(
        update(TermRow)
        .where(
            TermRow.kind == term.kind.value,
            TermRow.key == term.key,
            TermRow.digest == was,
        )
        .values(digest=was)
        .execution_options(synchronize_session=False)
    )
    row = work.session.scalar(
        select(TermRow)
        .where(TermRow.kind == term.kind, TermRow.key == term.key)
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFoundError(term=name_of(term))
    if held.rowcount != 1:  # type: ignore[attr-defined]  # of a CursorResult
        raise TermChangedError(term=name_of(term))
    if row.digest == digest_of(term):
        return False
    row.authority = work.actor.name
    _write(work, row, term)
    return True


def _write(work: Work, row: TermRow, term: Term) -> None:
    before, after = row.digest, digest_of(term)
    row.labels = {str(code): words for code, words in term.labels.items()}
    row.broader = list(term.broader)
    row.near = list(term.near)
    row.reason = term.reason.value if term.reason else None
    row.caution = term.caution
    row.digest = after
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
    log.record(work, "term.put", f"term:{name_of(term)}", before=before, after=after)
    queue.announce(work, "vocabulary")
