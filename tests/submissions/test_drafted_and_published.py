"""From what a hospital typed to what readers see, and back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from directory.core.actor import Role
from directory.core.work import Work
from directory.knowledge.rules.digest import canonical
from directory.listings.model import Listing
from directory.listings.rules.document import Kind
from directory.submissions.actions import reviewing
from directory.submissions.actions.drafting import begin, begin_first, save_section
from directory.submissions.actions.submitting import submit, take_back
from directory.submissions.actions.verdicts import FieldVerdict, Verdicts
from directory.submissions.model import ListingClaim, ListingKeeper, Submission
from directory.submissions.queries.cases import published_now
from directory.submissions.queries.drafts import draft_page
from directory.submissions.queries.office import office_page
from directory.submissions.rules.states import Decision
from directory.submissions.rules.typed.shape import Section
from directory.vocabulary.actions import put_term
from directory.vocabulary.rules import Term, TermKind
from tests.listings.documents import capabilities, center, unverified
from tests.submissions.people import acting, keep

SLUG = "willow-hospital"
ALL = Verdicts(accept_rest=True)


def typed(work: Work, draft: str, section: Section) -> dict[str, Any]:
    shown = draft_page(work.session, work.actor, draft, today=work.now.date())
    return shown.stands.section(section)


def save(work: Work, draft: str, section: Section, now: dict[str, Any]) -> None:
    shown = draft_page(work.session, work.actor, draft, today=work.now.date())
    save_section(work, draft, section, now, shown.saved[section].revision)


def hand_in(work: Work, draft: str) -> int:
    shown = draft_page(work.session, work.actor, draft, today=work.now.date())
    submit(work, draft, shown.revision, over=shown.stands.number)
    return revision(work, draft)


def revision(work: Work, draft: str) -> int:
    found = work.session.scalar(
        select(Submission.revision).where(Submission.public_id == draft)
    )
    assert found is not None
    return found


def test_a_change_is_published_with_everything_else_as_it_was(work):
    office = keep(work, SLUG)
    editor = acting(work, Role.HOSPITAL_EDITOR, organization=office)
    draft = begin(editor, Kind.CENTER, SLUG)
    now = typed(editor, draft, Section.CAPABILITIES)
    now["neurology"] |= {"value": "yes", "as_of": "2026-11"}
    save(editor, draft, Section.CAPABILITIES, now)
    moderator = acting(work, Role.MODERATOR)

    reviewing.publish(moderator, draft, hand_in(editor, draft), ALL)

    stands = published_now(work.session, "center", SLUG)
    assert stands is not None
    before = canonical(center(SLUG))
    stated = {one["key"]: one for one in stands[1]["capabilities"]}
    was = {one["key"]: one for one in before["capabilities"]}
    assert stands[0] == 2
    assert (stated["neurology"]["value"], stated["neurology"]["basis"]) == (
        "yes",
        "attested",
    )
    assert {key for key in stated if stated[key] != was[key]} == {"neurology"}
    assert {name for name in before if stands[1][name] != before[name]} == {
        "capabilities"
    }


def test_a_first_listing_is_published_by_two_and_kept_by_its_hospital(work):
    editor = acting(work, Role.HOSPITAL_EDITOR)
    work.session.add(
        ListingClaim(
            public_id="0" * 32,
            kind="center",
            named="Invented Oak Hospital",
            person_id=editor.actor.person,
            position="",
            note="",
            proof="letter",
            state="approved",
            made_at=work.now,
            organization_id=editor.actor.organization,
        )
    )
    work.session.flush()
    draft = begin_first(editor, {"en": "Invented Oak Hospital"}, "beijing")
    with_words(work)
    now = typed(editor, draft, Section.IDENTITY)
    now |= {"types": ["public"], "type_stated": "public"}
    save(editor, draft, Section.IDENTITY, now)
    first, second = acting(work, Role.MODERATOR), acting(work, Role.MODERATOR)

    reviewing.approve(first, draft, hand_in(editor, draft), ALL)
    reviewing.publish(second, draft, revision(work, draft))

    slug = "invented-oak-hospital"
    stands = published_now(work.session, "center", slug)
    assert stands is not None
    assert stands[1]["names"] == {"en": "Invented Oak Hospital"}
    keeper = work.session.scalar(
        select(ListingKeeper.organization_id)
        .join(Listing, Listing.id == ListingKeeper.listing_id)
        .where(Listing.slug == slug)
    )
    assert keeper == editor.actor.organization
    page = office_page(work.session, editor.actor, today=work.now.date())
    assert [one.slug for one in page.kept] == [slug]
    assert [one.version for one in page.past] == [1]
    assert page.kept[0].not_stated == page.kept[0].asked == 17


def with_words(work: Work) -> None:
    """Load the little of the vocabulary that a first listing chooses from."""
    for kind, key in ((TermKind.CITY, "beijing"), (TermKind.TYPE, "public")):
        put_term(work, Term(kind=kind, key=key, labels={"en": key}))


def test_what_a_sheet_proposed_can_be_changed_by_hand(work):
    office = keep(work, SLUG)
    editor = acting(work, Role.HOSPITAL_EDITOR, organization=office)
    base = canonical(center(SLUG))
    proposed = canonical(
        center(
            SLUG,
            capabilities=capabilities(
                icu={"value": "no"} | unverified(),
                tocilizumab={"value": "yes"} | unverified(),
            ),
        )
    )
    work.session.add(
        Submission(
            public_id="1" * 32,
            organization_id=office,
            listing_kind="center",
            slug=SLUG,
            kind="change",
            state="submitted",
            revision=1,
            base_version=1,
            base=base,
            typed={},
            typed_by={},
            proposed=proposed,
            made_at=work.now,
            made_by=editor.actor.person,
            changed_at=work.now,
            changed_by=editor.actor.person,
            submitted_at=work.now,
            submitted_by=editor.actor.person,
        )
    )
    work.session.flush()

    take_back(editor, "1" * 32)

    assert typed(editor, "1" * 32, Section.CAPABILITIES)["icu"]["value"] == "no"


def test_a_field_that_is_sent_back_is_mended_and_published(work):
    office = keep(work, SLUG)
    editor = acting(work, Role.HOSPITAL_EDITOR, organization=office)
    draft = begin(editor, Kind.CENTER, SLUG)
    now = typed(editor, draft, Section.TRIALS)
    now["rows"].append({"was": "", "id": "NCT01234567", "name": "INVENTED"})
    save(editor, draft, Section.TRIALS, now)
    moderator = acting(work, Role.MODERATOR)
    back = FieldVerdict("trial.2", Decision.SENT_BACK, "Which role?")
    reviewing.send_back(moderator, draft, hand_in(editor, draft), "", Verdicts((back,)))
    now = typed(editor, draft, Section.TRIALS)
    now["rows"][1]["role"] = "Site"
    save(editor, draft, Section.TRIALS, now)

    reviewing.publish(moderator, draft, hand_in(editor, draft), ALL)

    stands = published_now(work.session, "center", SLUG)
    assert stands is not None
    assert [(one["id"], one.get("role")) for one in stands[1]["trials"]] == [
        ("NCT00000000", None),
        ("NCT01234567", "Site"),
    ]
