"""What grows old is asked about, and one press renews what may be renewed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from directory.audit.model import Entry
from directory.audit.queries import verify
from directory.core.actor import Role
from directory.core.errors import NotFoundError, RefusedError
from directory.listings.actions import MovedOnError, publish
from directory.listings.queries import center_page
from directory.listings.rules.facts import facts
from directory.outbox.model import Promise
from directory.submissions.actions.rechecks import (
    NothingChosenError,
    ask_for_rechecks,
    still_true,
)
from directory.submissions.model import Recheck
from directory.submissions.queries.keeping import recheck_page
from directory.submissions.rules.rechecks import (
    due,
    due_on,
    renewed,
    stages_reached,
)
from tests.listings.documents import CHECKED, capabilities, center, sourced, unverified
from tests.submissions.people import acting, keep

VOLATILE = timedelta(days=90)


def on(work, day: date):
    return replace(work, now=work.now + (day - work.now.date()))


@pytest.fixture
def office(work):
    return keep(work)


@pytest.fixture
def editor(work, office):
    return acting(work, Role.HOSPITAL_EDITOR, organization=office)


def mails(work):
    return work.session.scalars(
        select(Promise).where(Promise.kind == "mail.recheck").order_by(Promise.id)
    ).all()


def test_nothing_is_due_on_the_day_of_the_check():
    assert due(facts(center()), CHECKED) == ()
    assert due_on(facts(center()), CHECKED) is None


def test_volatile_facts_are_due_after_ninety_days_and_stable_ones_later():
    waiting = {fact.field for fact in due(facts(center()), CHECKED + VOLATILE)}

    assert "trial.1" in waiting
    assert "capability.icu" not in waiting


def test_what_is_not_stated_is_never_due():
    waiting = due(facts(center()), CHECKED + timedelta(days=4000))

    assert "capability.pet_ct" not in {fact.field for fact in waiting}


@pytest.mark.parametrize(
    ("days", "stages"), [(-1, 0), (0, 1), (13, 1), (14, 2), (29, 2), (30, 3), (400, 3)]
)
def test_the_keeper_is_asked_on_the_day_and_twice_later(days, stages):
    assert stages_reached(CHECKED, CHECKED + timedelta(days=days)) == stages


def test_the_keepers_word_renews_the_day_and_is_called_by_its_name():
    today = CHECKED + VOLATILE
    after = renewed(center(), {"trial.1"}, today=today, by="Invented hospital")

    trial = after.trials[0]
    assert (trial.basis, trial.checked_on, trial.checked_by) == (
        "attested",
        today,
        "Invented hospital",
    )
    assert trial.source == center().trials[0].source
    assert after.model_copy(update={"trials": center().trials}) == center()


def test_what_nobody_has_borne_out_is_not_renewed_by_a_press():
    today = CHECKED + VOLATILE

    assert renewed(center(), {"treatment.1"}, today=today, by="X") == center()


def test_mails_are_promised_once_a_stage(work, editor):
    day = CHECKED + VOLATILE
    counts = [
        ask_for_rechecks(on(work, day + timedelta(days=later)))
        for later in (-1, 0, 0, 5, 14, 20, 30, 90)
    ]

    assert counts == [0, 1, 0, 0, 1, 0, 1, 0]
    assert [promise.payload["stage"] for promise in mails(work)] == [1, 2, 3]


def test_everybody_who_answers_for_the_listing_is_asked(work, office, editor):
    acting(work, Role.HOSPITAL_MANAGER, organization=office)
    acting(work, Role.HOSPITAL_EDITOR)

    ask_for_rechecks(on(work, CHECKED + VOLATILE))

    assert len(mails(work)) == 2


def test_stages_that_passed_unasked_are_one_question(work, editor):
    assert ask_for_rechecks(on(work, CHECKED + VOLATILE + timedelta(days=60))) == 1


def test_one_press_publishes_the_next_version(work, editor):
    today = CHECKED + VOLATILE
    ask_for_rechecks(on(work, today))
    view = recheck_page(work.session, editor.actor, "willow-hospital", today=today)
    fields = {fact.field for fact in view.due}

    count = still_true(on(editor, today), "willow-hospital", fields, number=1)

    page = center_page(work.session, "willow-hospital", today=today)
    assert count == len(view.confirmable) > 0
    assert page.version == 2
    assert page.trials[0].checked_on == today
    assert not page.trials[0].is_overdue
    assert (
        work.session.scalar(
            select(Entry.actor).where(Entry.event == "listing.rechecked")
        )
        == editor.actor.name
    )
    assert verify(work.session).broken_at is None


def test_what_one_press_cannot_renew_stays_due(work, editor):
    today = CHECKED + VOLATILE
    ask_for_rechecks(on(work, today))
    still_true(on(editor, today), "willow-hospital", {"trial.1"}, number=1)

    view = recheck_page(work.session, editor.actor, "willow-hospital", today=today)

    assert "treatment.1" in {fact.field for fact in view.due}
    assert work.session.scalar(select(Recheck.done_at)) is None


def test_an_answered_request_is_closed(work):
    office = keep(
        work,
        "birch-hospital",
        treatments=[],
        capabilities=capabilities(tocilizumab={"value": "yes"} | sourced()),
        details=[],
        identity=None,
    )
    editor = acting(work, Role.HOSPITAL_EDITOR, organization=office)
    today = CHECKED + VOLATILE
    ask_for_rechecks(on(work, today))

    still_true(
        on(editor, today),
        "birch-hospital",
        {"trial.1", "capability.tocilizumab"},
        number=1,
    )

    assert work.session.scalar(select(Recheck.done_at)) is not None
    assert ask_for_rechecks(on(work, today + timedelta(days=14))) == 0


def test_another_hospital_cannot_even_ask(work, office):
    other = acting(work, Role.HOSPITAL_EDITOR)

    with pytest.raises(NotFoundError):
        recheck_page(work.session, other.actor, "willow-hospital", today=CHECKED)
    with pytest.raises(NotFoundError):
        still_true(other, "willow-hospital", {"trial.1"}, number=1)


def test_a_moderator_does_not_speak_for_a_hospital(work, office):
    with pytest.raises(RefusedError):
        still_true(
            acting(work, Role.MODERATOR), "willow-hospital", {"trial.1"}, number=1
        )


def test_a_page_that_was_opened_before_another_version_changes_nothing(work, editor):
    publish(work, center(details=[]), authority="test")

    with pytest.raises(MovedOnError):
        still_true(
            on(editor, CHECKED + VOLATILE), "willow-hospital", {"trial.1"}, number=1
        )


def test_nothing_that_is_due_is_nothing_to_press(work, editor):
    with pytest.raises(NothingChosenError):
        still_true(editor, "willow-hospital", {"trial.1"}, number=1)


def test_an_unsourced_fact_of_a_new_kind_is_left_alone():
    plain = center(trials=[{"id": "NCT00000001"} | unverified()])

    assert renewed(plain, {"trial.1"}, today=CHECKED, by="X") == plain
