"""Moderators decide field by field; what is published is what they accepted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from directory.accounts.rules.roles import OrganizationKind
from directory.audit.model import Entry
from directory.core.actor import Actor, Role
from directory.core.errors import NotFoundError, RefusedError
from directory.core.work import Work
from directory.listings.model import Version
from directory.outbox.model import Change, Promise
from directory.submissions.actions import reviewing
from directory.submissions.actions.reviewing import (
    ChangedMeanwhileError,
    NothingSentBackError,
)
from directory.submissions.actions.verdicts import (
    FieldVerdict,
    FindingVerdict,
    NothingToVerifyError,
    ReasonMissingError,
    Verdicts,
)
from directory.submissions.model import (
    Approval,
    ListingKeeper,
    Submission,
    SubmissionField,
    SubmissionFinding,
)
from directory.submissions.queries.cases import published_now
from directory.submissions.rules.merging import NotWholeError
from directory.submissions.rules.review import (
    Answer,
    NotPublishableError,
    OwnSubmissionError,
)
from directory.submissions.rules.states import Decision
from tests.submissions.cases import (
    add_link,
    as_,
    changed,
    moderator,
    office_of,
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


def test_accepting_everything_publishes_it_on_the_hospitals_word(at, row):
    number = reviewing.publish(at, row.public_id, 3, ALL)

    document = now_published(at)
    version = at.session.scalars(select(Version).order_by(Version.number)).all()[-1]
    icu = capability(document, "icu")
    assert (number, row.state, row.version) == (2, "published", 2)
    assert version.authority == f"submission:{row.public_id}"
    assert (icu["basis"], icu["statement"]) == ("attested", "Ten beds.")
    assert icu["checked_by"].startswith("Invented hospital")
    assert document["identity"]["basis"] == "attested"


def test_publishing_announces_the_listing_and_promises_one_letter(at, row):
    reviewing.publish(at, row.public_id, 3, ALL)

    last = at.session.scalars(select(Change).order_by(Change.seq.desc())).first()
    promises = at.session.scalars(select(Promise)).all()
    assert last.subject == "center:willow-hospital"
    assert [(one.kind, one.payload) for one in promises] == [
        ("mail.submission-decided", {"submission": row.public_id})
    ]


def test_refused_fields_stay_as_they_are_published(at, base, row):
    verdicts = Verdicts((no("capability.icu"), no("aliases")), accept_rest=True)

    reviewing.publish(at, row.public_id, 3, verdicts)

    document = now_published(at)
    assert capability(document, "icu")["statement"] == "Eight beds."
    assert document["aliases"] == ["WH"]
    assert capability(document, "pet_ct")["value"] == "no"
    assert document["identity"] == {"basis": "unverified", "checked_on": "2026-11-22"}


def test_a_verified_field_is_verified_on_the_page(at, row):
    verdict = FieldVerdict("capability.neurology", Decision.ACCEPTED, verified=True)

    reviewing.publish(at, row.public_id, 3, Verdicts((verdict,), accept_rest=True))

    found = capability(now_published(at), "neurology")
    assert (found["basis"], found["checked_on"]) == ("verified", "2026-11-22")


def test_what_has_no_source_and_no_evidence_cannot_be_verified(at, row):
    verdict = FieldVerdict("capability.icu", Decision.ACCEPTED, verified=True)

    with pytest.raises(NothingToVerifyError):
        reviewing.decide(at, row.public_id, 3, Verdicts((verdict,)))


def test_a_link_beside_a_field_lets_it_be_verified(at, row):
    add_link(at.session, row, "capability.icu", "https://example.org/icu")
    verdict = FieldVerdict("capability.icu", Decision.ACCEPTED, verified=True)

    reviewing.publish(at, row.public_id, 3, Verdicts((verdict,), accept_rest=True))

    assert capability(now_published(at), "icu")["basis"] == "verified"


@pytest.mark.parametrize("decision", [Decision.REJECTED, Decision.SENT_BACK])
@pytest.mark.parametrize("reason", ["", " \n"])
def test_whatever_is_refused_needs_a_reason(at, row, decision, reason):
    verdict = FieldVerdict("aliases", decision, reason)

    with pytest.raises(ReasonMissingError) as refused:
        reviewing.decide(at, row.public_id, 3, Verdicts((verdict,)))

    assert refused.value.facts == {"field": "aliases"}


def test_nothing_is_published_while_a_field_is_undecided(at, row):
    verdict = FieldVerdict("aliases", Decision.ACCEPTED)

    with pytest.raises(NotPublishableError) as refused:
        reviewing.publish(at, row.public_id, 3, Verdicts((verdict,)))

    assert refused.value.facts == {"left": ["undecided"]}


def test_nothing_is_published_while_a_field_is_sent_back(at, row):
    verdicts = Verdicts((back("aliases"),), accept_rest=True)

    with pytest.raises(NotPublishableError) as refused:
        reviewing.publish(at, row.public_id, 3, verdicts)

    assert refused.value.facts == {"left": ["sent-back"]}


def test_nothing_is_published_if_nothing_is_accepted(at, row):
    fields = at.session.scalars(select(SubmissionField.field)).all()

    with pytest.raises(NotPublishableError) as refused:
        reviewing.publish(at, row.public_id, 3, Verdicts(tuple(map(no, fields))))

    assert refused.value.facts == {"left": ["nothing-accepted"]}


def test_accepting_the_rest_leaves_what_the_linter_found(at, work, base):
    row = submit(work, base, changed(), findings=("capability.icu",))

    with pytest.raises(NotPublishableError) as refused:
        reviewing.publish(at, row.public_id, 3, ALL)

    assert refused.value.facts == {"left": ["undecided", "unanswered"]}


@pytest.mark.parametrize(
    ("answer", "left"), [(Answer.DISMISSED, None), (Answer.UPHELD, ["upheld"])]
)
def test_a_finding_is_answered_before_its_field_is_published(
    at, work, base, answer, left
):
    row = submit(work, base, changed(), findings=("capability.icu",))
    found = at.session.scalar(select(SubmissionFinding.id))
    verdicts = Verdicts(
        (FieldVerdict("capability.icu", Decision.ACCEPTED),),
        (FindingVerdict(found, answer, "It is a count of beds."),),
        accept_rest=True,
    )

    try:
        reviewing.publish(at, row.public_id, 3, verdicts)
        refused = None
    except NotPublishableError as error:
        refused = error.facts["left"]

    assert refused == left


def test_dismissing_a_finding_needs_words(at, work, base):
    row = submit(work, base, changed(), findings=("aliases",))
    found = at.session.scalar(select(SubmissionFinding.id))
    verdict = FindingVerdict(found, Answer.DISMISSED, " ")

    with pytest.raises(ReasonMissingError):
        reviewing.decide(at, row.public_id, 3, Verdicts(findings=(verdict,)))


def test_a_finding_of_another_submission_is_not_found(at, work, base, row):
    other = publish_center(work, slug="oak-hospital")
    submit(work, other, changed("oak-hospital"), findings=("aliases",))
    found = at.session.scalar(select(SubmissionFinding.id))
    verdict = FindingVerdict(found, Answer.UPHELD)

    with pytest.raises(NotFoundError):
        reviewing.decide(at, row.public_id, 3, Verdicts(findings=(verdict,)))


def test_sending_back_needs_a_field_and_promises_a_letter(at, row):
    with pytest.raises(NothingSentBackError):
        reviewing.send_back(at, row.public_id, 3, "", ALL)
    verdicts = Verdicts((back("aliases"),))

    reviewing.send_back(at, row.public_id, row.revision, "Almost.", verdicts)

    kept = at.session.scalar(
        select(SubmissionField).where(SubmissionField.field == "aliases")
    )
    assert (row.state, row.reason) == ("sent-back", "Almost.")
    assert (kept.decision, kept.reason) == ("sent-back", "Please add a source.")
    assert at.session.scalar(select(func.count()).select_from(Promise)) == 1


def test_rejecting_needs_a_reason_for_the_whole(at, row):
    with pytest.raises(ReasonMissingError):
        reviewing.reject(at, row.public_id, 3, " ")

    reviewing.reject(at, row.public_id, 3, "This is another hospital.")

    assert (row.state, row.version) == ("rejected", None)


def test_every_step_is_written_down_without_anybodys_words(at, row):
    reviewing.decide(at, row.public_id, 3, Verdicts((back("aliases"),)))
    reviewing.send_back(at, row.public_id, 4, "Words for the hospital.")

    entries = at.session.scalars(
        select(Entry).where(Entry.subject.startswith("submission:")).order_by(Entry.seq)
    ).all()
    assert [(one.event, one.facts) for one in entries] == [
        (
            "submission.reviewed",
            {"revision": 4, "fields": {"aliases": "sent-back"}, "findings": []},
        ),
        ("submission.sent-back", {}),
    ]


def test_saving_the_same_again_changes_nothing(at, row):
    verdicts = Verdicts((no("aliases"),))
    first = reviewing.decide(at, row.public_id, 3, verdicts)

    assert reviewing.decide(at, row.public_id, first, verdicts) == first


def test_a_field_that_is_not_proposed_cannot_be_decided(at, row):
    with pytest.raises(NotFoundError):
        reviewing.decide(at, row.public_id, 3, Verdicts((no("capability.gmp"),)))


def first_of(work: Work) -> Submission:
    return submit(work, None, changed("oak-hospital"))


def test_a_first_listing_needs_two_moderators(at, work):
    row = first_of(work)
    second = as_(work, moderator(work.session))
    with pytest.raises(NotPublishableError) as refused:
        reviewing.publish(at, row.public_id, 3, ALL)
    reviewing.approve(at, row.public_id, row.revision)

    number = reviewing.publish(second, row.public_id, row.revision)

    assert refused.value.facts == {"left": ["second-person"]}
    assert number == 1
    assert at.session.scalar(select(ListingKeeper.organization_id)) == (
        row.organization_id
    )


def test_one_moderator_who_approves_twice_is_still_one(at, work):
    row = first_of(work)
    reviewing.approve(at, row.public_id, 3, ALL)
    reviewing.approve(at, row.public_id, row.revision)

    with pytest.raises(NotPublishableError) as refused:
        reviewing.publish(at, row.public_id, row.revision)

    assert refused.value.facts == {"left": ["second-person"]}
    assert at.session.scalar(select(func.count()).select_from(Approval)) == 1


def test_an_approval_ends_when_a_decision_is_changed(at, work):
    row = first_of(work)
    second = as_(work, moderator(work.session))
    reviewing.approve(at, row.public_id, 3, ALL)

    with pytest.raises(NotPublishableError) as refused:
        reviewing.publish(
            second, row.public_id, row.revision, Verdicts((no("aliases"),))
        )

    assert refused.value.facts == {"left": ["second-person"]}


def test_what_is_not_settled_cannot_be_approved(at, work):
    row = first_of(work)

    with pytest.raises(NotPublishableError):
        reviewing.approve(at, row.public_id, 3, Verdicts((back("aliases"),)))


def test_a_refused_capability_of_a_first_listing_is_not_stated(at, work):
    row = first_of(work)
    second = as_(work, moderator(work.session))
    verdicts = Verdicts((no("capability.pet_ct"),), accept_rest=True)
    reviewing.approve(at, row.public_id, 3, verdicts)

    reviewing.publish(second, row.public_id, row.revision)

    found = capability(now_published(work, "oak-hospital"), "pet_ct")
    assert found["value"] == "not-stated"
    assert "basis" not in found


def test_a_first_listing_cannot_lack_its_city(at, work):
    row = first_of(work)
    second = as_(work, moderator(work.session))
    reviewing.approve(at, row.public_id, 3, Verdicts((no("city"),), accept_rest=True))

    with pytest.raises(NotWholeError) as refused:
        reviewing.publish(second, row.public_id, row.revision)

    assert refused.value.facts == {"missing": ["city"]}


def test_nobody_reviews_what_their_own_hospital_proposes(work, base):
    hospital = add_organization(work.session, OrganizationKind.HOSPITAL)
    editor = somebody(work.session, Role.HOSPITAL_EDITOR, hospital)
    row = submit(work, base, changed(), by=editor)
    kin = moderator(work.session)
    kin = replace(kin, organizations=kin.organizations | {hospital.id})

    for act in EVERY_ACT:
        with pytest.raises(OwnSubmissionError):
            act(as_(work, kin), row.public_id)


def test_nobody_reviews_what_they_submitted(work, base):
    author = moderator(work.session)
    row = submit(work, base, changed(), by=author)

    with pytest.raises(OwnSubmissionError):
        reviewing.publish(as_(work, author), row.public_id, 3, ALL)


def test_what_a_moderator_proposed_is_published_by_another(work, base, at):
    author = moderator(
        work.session, office_of(work.session, OrganizationKind.DIRECTORY)
    )
    row = submit(work, base, changed(), by=author)

    reviewing.publish(at, row.public_id, 3, ALL)

    version = at.session.scalars(select(Version).order_by(Version.number)).all()[-1]
    assert version.authority == f"editors:{row.public_id}"
    assert capability(version.document, "tocilizumab")["basis"] == "unverified"


EVERY_ACT: tuple[Callable[[Work, str], object], ...] = (
    lambda work, id_: reviewing.decide(work, id_, 3, ALL),
    lambda work, id_: reviewing.approve(work, id_, 3, ALL),
    lambda work, id_: reviewing.publish(work, id_, 3, ALL),
    lambda work, id_: reviewing.send_back(work, id_, 3, ""),
    lambda work, id_: reviewing.reject(work, id_, 3, "Not this."),
)


@pytest.mark.parametrize("act", EVERY_ACT)
@pytest.mark.parametrize("role", [Role.PERSON, Role.HOSPITAL_MANAGER, Role.ADMIN])
def test_only_moderators_review(work, row, role, act):
    with pytest.raises(RefusedError):
        act(as_(work, Actor("somebody", frozenset({role}))), row.public_id)


@pytest.mark.parametrize("act", EVERY_ACT)
def test_what_was_never_submitted_is_not_found(at, row, act):
    row.state, row.submitted_at, row.submitted_by = "draft", None, None
    at.session.flush()

    with pytest.raises(NotFoundError):
        act(at, row.public_id)


@pytest.mark.parametrize("act", EVERY_ACT)
def test_what_was_taken_back_meanwhile_is_left_alone(at, row, act):
    row.state, row.revision = "draft", 4
    at.session.flush()

    with pytest.raises(ChangedMeanwhileError) as refused:
        act(at, row.public_id)

    assert refused.value.facts["state"] == "draft"


@pytest.mark.parametrize("act", EVERY_ACT)
def test_a_page_that_is_older_than_the_last_decision_changes_nothing(at, row, act):
    reviewing.decide(at, row.public_id, 3, Verdicts((no("aliases"),)))

    with pytest.raises(ChangedMeanwhileError):
        act(at, row.public_id)
