"""What changes under a moderator's hands, and who wins."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from directory.accounts.rules.roles import OrganizationKind
from directory.audit.model import Entry
from directory.core.actor import Role, system
from directory.core.db import make_sessions
from directory.core.errors import DirectoryError
from directory.core.work import Work
from directory.listings.actions import publish as publish_listing
from directory.listings.model import Version
from directory.outbox.model import Promise
from directory.submissions.actions import reviewing
from directory.submissions.actions.submitting import take_back
from directory.submissions.actions.verdicts import (
    FieldVerdict,
    Verdicts,
)
from directory.submissions.model import (
    Submission,
)
from directory.submissions.queries.cases import published_now
from directory.submissions.rules.merging import MovedOnError
from directory.submissions.rules.states import Decision
from tests.conftest import NOW
from tests.listings.documents import capabilities, center, unverified
from tests.submissions.cases import (
    as_,
    changed,
    moderator,
    publish_center,
    somebody,
    submit,
)
from tests.web.people import add_organization

ALL = Verdicts(accept_rest=True)


def no(field: str, reason: str = "No such page.") -> FieldVerdict:
    return FieldVerdict(field, Decision.REJECTED, reason)


def back(field: str, reason: str = "Please add a source.") -> FieldVerdict:
    return FieldVerdict(field, Decision.SENT_BACK, reason)


def now_published(work: Work, slug: str = "willow-hospital") -> dict[str, Any]:
    found = published_now(work.session, "center", slug)
    assert found is not None
    return found[1]


def capability(document: dict[str, Any], key: str) -> dict[str, Any]:
    found = [one for one in document["capabilities"] if one["key"] == key]
    return dict(found[0])


@pytest.fixture
def base(work):
    return publish_center(work)


@pytest.fixture
def row(work, base) -> Submission:
    return submit(work, base, changed())


@pytest.fixture
def at(work) -> Work:
    """Return the work of a moderator."""
    return as_(work, moderator(work.session))


def test_a_field_that_was_published_otherwise_meanwhile_is_a_conflict(at, work, row):
    icu = {"value": "no"} | unverified()
    other = center(capabilities=capabilities(icu=icu))
    publish_listing(as_(work, system("seed")), other, authority="seed")

    with pytest.raises(MovedOnError) as refused:
        reviewing.publish(at, row.public_id, 3, ALL)

    assert refused.value.facts == {"fields": ["capability.icu"]}


def test_a_new_day_alone_is_no_conflict(at, work, row):
    icu = {
        **capability(now_published(work), "icu"),
        "basis": "attested",
        "checked_on": "2026-11-30",
    }
    tocilizumab = capability(now_published(work), "tocilizumab")
    other = center(capabilities=capabilities(icu=icu, tocilizumab=tocilizumab))
    publish_listing(as_(work, system("seed")), other, authority="recheck:1")

    assert reviewing.publish(at, row.public_id, 3, ALL) == 3


def test_what_others_published_meanwhile_stays(at, work, row):
    tocilizumab = capability(now_published(work), "tocilizumab")
    icu = capability(now_published(work), "icu")
    lodging = {"value": "yes"} | unverified()
    other = center(
        capabilities=capabilities(
            icu=icu, tocilizumab=tocilizumab, lodging_nearby=lodging
        )
    )
    publish_listing(as_(work, system("seed")), other, authority="seed")

    reviewing.publish(at, row.public_id, 3, ALL)

    document = now_published(at)
    assert capability(document, "lodging_nearby")["value"] == "yes"
    assert capability(document, "icu")["statement"] == "Ten beds."


def at_once(engine: Engine, acts: list[Callable[[Work], object]], actors) -> list[str]:
    """Let several people act at the same moment; return how each fared."""
    together = threading.Barrier(len(acts))
    fared = [""] * len(acts)

    def run(place: int) -> None:
        with make_sessions(engine)() as session:
            together.wait()
            try:
                acts[place](Work(session, actors[place], NOW))
                session.commit()
                fared[place] = "done"
            except DirectoryError as error:
                session.rollback()
                fared[place] = error.code

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return fared


@pytest.mark.parametrize(
    "others",
    [
        lambda work, id_: reviewing.reject(work, id_, 3, "Not this."),
        lambda work, id_: reviewing.send_back(
            work, id_, 3, "", Verdicts((back("aliases"),))
        ),
        lambda work, id_: reviewing.publish(work, id_, 3, ALL),
    ],
)
def test_of_two_moderators_at_once_one_decides(engine, work, row, others):
    actors = [moderator(work.session), moderator(work.session)]
    id_ = row.public_id
    work.session.commit()

    fared = at_once(
        engine,
        [
            lambda at: reviewing.publish(at, id_, 3, ALL),
            lambda at: others(at, id_),
        ],
        actors,
    )

    with make_sessions(engine)() as session:
        decided = session.scalars(
            select(Entry.event).where(
                Entry.subject == f"submission:{id_}",
                Entry.event != "submission.reviewed",
            )
        ).all()
        letters = session.scalar(select(func.count()).select_from(Promise))
    assert sorted(fared) == ["done", "submission.changed-meanwhile"]
    assert (len(decided), letters) == (1, 1)


def test_of_a_moderator_and_an_editor_at_once_one_wins(engine, work, base):
    hospital = add_organization(work.session, OrganizationKind.HOSPITAL)
    editor = somebody(work.session, Role.HOSPITAL_EDITOR, hospital)
    row = submit(work, base, changed(), by=editor)
    actors = [moderator(work.session), editor]
    id_ = row.public_id
    work.session.commit()

    fared = at_once(
        engine,
        [
            lambda at: reviewing.publish(at, id_, 3, ALL),
            lambda at: take_back(at, id_),
        ],
        actors,
    )

    with make_sessions(engine)() as session:
        state = session.scalars(select(Submission.state)).one()
        versions = session.scalar(select(func.count()).select_from(Version))
    assert fared.count("done") == 1
    assert (state, versions) == (
        ("published", 2) if fared[0] == "done" else ("draft", 1)
    )
