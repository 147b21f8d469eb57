"""Sheets of facts: read first, and taken over only once somebody confirms."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from hashlib import file_digest
from typing import IO, Any

from pydantic import ValidationError
from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from directory.accounts.model import Organization
from directory.audit import actions as log
from directory.core.errors import DirectoryError, NotFoundError
from directory.core.permissions import Permission
from directory.core.work import Work
from directory.listings.rules.differences import Difference
from directory.listings.rules.document import Basis, Kind
from directory.outbox import actions as queue
from directory.submissions.actions.proposals import (
    Proposal,
    hand_in,
    write_fields,
)
from directory.submissions.model import (
    ImportRun,
)
from directory.submissions.queries.drafts import linter_registry
from directory.submissions.queries.imports import (
    OPEN_FOR,
    ImportView,
    PublishedCenter,
    import_row,
    import_view,
    is_editor,
    kept_slugs,
    known_to,
    open_slugs,
    published_centers,
)
from directory.submissions.rules.linter.fields import lint_changes
from directory.submissions.rules.linter.registry import Registry
from directory.submissions.rules.review import to_decide
from directory.submissions.rules.sheets.applying import Word, applied
from directory.submissions.rules.sheets.facts import REPEATED
from directory.submissions.rules.sheets.reading import read_sheet
from directory.submissions.rules.sheets.report import (
    CellError,
    Problem,
    SheetReport,
    SheetRow,
    shown,
)
from directory.submissions.rules.states import (
    ImportState,
)
from directory.submissions.rules.typed.shape import MOST_ROWS

MOST_SAMPLED = 50
"""Changes that the report of a sheet shows."""
LONGEST_NAME = 255


class ImportExpiredError(DirectoryError):
    """The sheet was read too long ago; it must be read again."""

    code = "import.expired"


class ImportNotCleanError(DirectoryError):
    """Something in the sheet is wrong, or it changes nothing."""

    code = "import.not-clean"


class ImportMovedOnError(DirectoryError):
    """A listing was changed since the sheet was compared with it."""

    code = "import.moved-on"


class ImportOpenError(DirectoryError):
    """Another submission of a center is open, and must end first."""

    code = "import.submission-open"


def dry_run(work: Work, stream: IO[bytes], name: str) -> ImportView:
    """Read a sheet and say what it would change; nothing is changed.

    Args:
        work: The transaction.
        stream: CSV or XLSX, which can be read again from the beginning.
        name: Of the file, as it came.

    Raises:
        RefusedError: If the actor may not import.
        NotFoundError: If they act for no organization.
    """
    work.require(Permission.IMPORT_SHEET)
    person, office = work.actor.person, work.actor.organization
    if person is None or office is None:
        raise NotFoundError(organization=office)
    _forget_old(work, person)
    centers = published_centers(work.session)
    today = work.now.date()
    report = read_sheet(stream, known_to(centers, work.actor, today))
    changes: dict[str, tuple[Difference, ...]] = {}
    wrong: list[CellError] = []
    if report.is_clean:
        changes, wrong = _compared(report.rows, centers, _word(work, office))
    found = open_slugs(work.session, frozenset(changes))
    row = ImportRun(
        public_id=secrets.token_hex(16),
        organization_id=office,
        person_id=person,
        name=shown(name)[:LONGEST_NAME],
        sha256=_digest(stream),
        rows=[asdict(one) for one in report.rows] if report.is_clean else [],
        report=_stored(report, changes, wrong, centers, found),
        state=ImportState.CHECKED.value,
        made_at=work.now,
        confirmed_at=None,
    )
    work.session.add(row)
    work.session.flush()
    log.record(
        work,
        "import.checked",
        f"import:{row.public_id}",
        sha256=row.sha256,
        rows=report.read,
        errors=row.report["count"],
    )
    return import_view(row)


def confirm(work: Work, public_id: str) -> ImportView:
    """Submit what a sheet changes, one submission for each center.

    They wait for a moderator like any other. Confirming again changes nothing and
    answers the same.

    Args:
        work: The transaction.
        public_id: Of a sheet that the actor read.

    Raises:
        RefusedError: If the actor may not import.
        NotFoundError: If there is none, somebody else read it, or it speaks of a
            center that is no longer theirs.
        ImportExpiredError: If it was read too long ago.
        ImportNotCleanError: If anything in it is wrong, or it changes nothing.
        ImportMovedOnError: If a listing was changed since.
        ImportOpenError: If another submission of a center is open.
    """
    work.require(Permission.IMPORT_SHEET)
    row = _hold(work, public_id)
    if row.state == ImportState.CONFIRMED.value:
        return import_view(row)
    if work.now > row.made_at + OPEN_FOR:
        raise ImportExpiredError(run=public_id)
    if row.report["count"] or not row.report["changes"]:
        raise ImportNotCleanError(run=public_id)
    centers = published_centers(work.session)
    numbers = {one["slug"]: one["number"] for one in row.report["centers"]}
    _check_still_theirs(work, centers, numbers)
    changed = [one["slug"] for one in row.report["centers"] if one["changes"]]
    found = open_slugs(work.session, frozenset(changed))
    if found:
        raise ImportOpenError(centers=sorted(found))
    submissions = _submit(work, row, changed, centers)
    row.state = ImportState.CONFIRMED.value
    row.confirmed_at = work.now
    row.report = {**row.report, "submissions": submissions}
    work.session.flush()
    log.record(
        work,
        "import.confirmed",
        f"import:{row.public_id}",
        sha256=row.sha256,
        submissions=sorted(submissions.values()),
    )
    return import_view(row)


def _hold(work: Work, public_id: str) -> ImportRun:
    """Return what the actor read, so that nobody else can confirm it meanwhile."""
    # A write, so that SQLite too lets nobody else in until the transaction ends.
    work.session.execute(
        update(ImportRun)
        .where(
            ImportRun.public_id == public_id, ImportRun.person_id == work.actor.person
        )
        .values(state=ImportRun.state)
        .execution_options(synchronize_session=False)
    )
    return import_row(work.session, work.actor, public_id)


def _digest(stream: IO[bytes]) -> str:
    stream.seek(0)
    return file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]


def _forget_old(work: Work, person: int) -> None:
    """Delete what this person read and can no longer confirm."""
    work.session.execute(
        delete(ImportRun).where(
            ImportRun.person_id == person,
            ImportRun.state == ImportState.CHECKED.value,
            ImportRun.made_at < work.now - OPEN_FOR,
        )
    )


def _word(work: Work, office: int) -> Word:
    if is_editor(work.actor):
        return Word(Basis.SOURCED, "editors", work.now.date())
    name = work.session.get_one(Organization, office).name
    return Word(Basis.ATTESTED, f"{name} (hospital)", work.now.date())


def _by_center(rows: Iterable[SheetRow]) -> dict[str, list[SheetRow]]:
    found: defaultdict[str, list[SheetRow]] = defaultdict(list)
    for row in rows:
        found[row.center].append(row)
    return dict(sorted(found.items()))


def _compared(
    rows: Iterable[SheetRow], centers: Mapping[str, PublishedCenter], word: Word
) -> tuple[dict[str, tuple[Difference, ...]], list[CellError]]:
    """Return what would change of each center, and rows that fit no document."""
    changes: dict[str, tuple[Difference, ...]] = {}
    wrong: list[CellError] = []
    for slug, facts in _by_center(rows).items():
        before = centers[slug].document
        try:
            after = applied(before, facts, word)
        except ValidationError:
            wrong.extend(
                CellError(Problem.VALUE_UNKNOWN, one.row, typed=shown(one.value))
                for one in facts
                if not _fits(before, one, word)
            )
        else:
            changes[slug] = to_decide(before, after)
            if len(after.get("details", ())) > MOST_ROWS:
                last = [one.row for one in facts if one.field in REPEATED][-1:]
                wrong.extend(CellError(Problem.TOO_MANY_DETAILS, row) for row in last)

    return changes, wrong


def _fits(before: Mapping[str, Any], fact: SheetRow, word: Word) -> bool:
    try:
        applied(before, [fact], word)
    except ValidationError:
        return False
    return True


def _stored(
    report: SheetReport,
    changes: Mapping[str, tuple[Difference, ...]],
    wrong: Iterable[CellError],
    centers: Mapping[str, PublishedCenter],
    found: frozenset[str],
) -> dict[str, Any]:
    """Return the report as it is kept, so that it can be shown again."""
    errors = [*report.errors, *wrong]
    sample = [
        {
            "slug": slug,
            "field": one.field,
            "before": one.was,
            "after": one.now,
        }
        for slug, fields in changes.items()
        for one in fields
    ]
    return {
        "format": report.format,
        "encoding": report.encoding,
        "delimiter": report.delimiter,
        "sheet": report.sheet,
        "read": report.read,
        "empty": report.empty,
        "rows": len(report.rows),
        "errors": [asdict(one) for one in errors],
        "count": report.count + len(errors) - len(report.errors),
        "centers": [
            {
                "slug": slug,
                "names": centers[slug].document["names"],
                "number": centers[slug].number,
                "changes": len(fields),
                "is_open": slug in found,
            }
            for slug, fields in changes.items()
        ],
        "sample": sample[:MOST_SAMPLED],
        "changes": len(sample),
        "submissions": {},
    }


def _check_still_theirs(
    work: Work, centers: Mapping[str, PublishedCenter], numbers: Mapping[str, int]
) -> None:
    if not is_editor(work.actor):
        mine = kept_slugs(centers, work.actor.organization)
        lost = sorted(numbers.keys() - mine)
        if lost:
            raise NotFoundError(centers=lost)
    moved = [
        slug
        for slug, number in numbers.items()
        if slug not in centers or centers[slug].number != number
    ]
    if moved:
        raise ImportMovedOnError(centers=moved)


def _submit(
    work: Work,
    run: ImportRun,
    changed: Iterable[str],
    centers: Mapping[str, PublishedCenter],
) -> dict[str, str]:
    facts = _by_center(SheetRow(**one) for one in run.rows)
    # The day is that on which they said so, which is when the sheet was read.
    stated_on = run.made_at.date()
    word = _word(work, run.organization_id)
    word = Word(word.basis, word.office, stated_on)
    registry = linter_registry(work.session)
    submitted: dict[str, str] = {}
    for slug in changed:
        center = centers[slug]
        proposed = applied(center.document, facts[slug], word)
        submitted[slug] = _propose(work, run, center, proposed, registry)
    return submitted


def _propose(
    work: Work,
    run: ImportRun,
    center: PublishedCenter,
    proposed: Mapping[str, Any],
    registry: Registry,
) -> str:
    proposal = Proposal(
        organization=run.organization_id,
        person=run.person_id,
        kind=Kind.CENTER,
        slug=center.slug,
        version=center.number,
        base=center.document,
        proposed=proposed,
    )
    try:
        with work.session.begin_nested():
            row = hand_in(work, proposal)
    except IntegrityError as error:
        # Somebody opened one between looking and adding.
        raise ImportOpenError(centers=[center.slug]) from error
    fields = to_decide(center.document, proposed)
    names = (*center.document["names"].values(), *center.document.get("aliases", ()))
    findings = lint_changes(((one.field, one.now) for one in fields), registry, names)
    write_fields(work, row, fields, findings)
    log.record(
        work,
        "submission.submitted",
        f"submission:{row.public_id}",
        listing=f"{Kind.CENTER.value}:{center.slug}",
        run=run.public_id,
    )
    if not is_editor(work.actor):
        queue.promise(work, "mail.submission-received", submission=row.public_id)
    return row.public_id
