"""Who is told of what, how often, and in which words: none."""

from __future__ import annotations

import base64
import hmac
import json
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest

from directory.cases.actions import news, webhooks
from directory.cases.actions.telling import NEWS, tell
from directory.cases.model import Delivery, Move, Webhook
from directory.cases.queries.news import news as listed
from directory.cases.queries.webhooks import deliveries
from directory.cases.queries.webhooks import webhooks as rows_of
from directory.cases.rules.news import next_mail
from directory.cases.rules.states import Side
from directory.cases.rules.timeline import Kind
from directory.cases.rules.webhooks import headers
from directory.core.actor import Role
from directory.core.calls import AddressRefusedError
from directory.core.errors import NotFoundError, RefusedError
from directory.inquiries.model import Inquiry
from directory.outbox.model import Promise
from tests.conftest import NOW
from tests.submissions.people import acting

HOOK = "https://hooks.example.org/news"


def promised(work, kind):
    return work.session.query(Promise).filter_by(kind=kind).order_by(Promise.id).all()


def told(people, kind=Kind.MESSAGE, side=Side.FACILITATOR, **more):
    """Add a line to the timeline and fan it out; return it."""
    work = people.program if side is Side.DIRECTORY else people.owner
    line = tell(work, people.row(), kind, side=side, **more)
    news.fan_out(people.program, line.id)
    return line


def confirm(people):
    row = people.patient.session.get_one(Inquiry, people.inquiry)
    row.email_confirmed_at = people.patient.now


@pytest.fixture
def manager(people):
    return acting(
        people.owner,
        Role.FACILITATOR_MANAGER,
        organization=people.owner.actor.organization,
    )


def test_every_line_that_is_not_internal_promises_to_be_told(people):
    lines = people.patient.session.query(Move).filter_by(case_id=people.case).all()

    assert [p.payload for p in promised(people.patient, NEWS)] == [
        {"move": line.id} for line in lines
    ]


def test_a_patient_is_told_only_at_an_address_that_was_proved(people):
    told(people)
    assert promised(people.patient, news.MAIL_PATIENT) == []

    confirm(people)
    told(people)
    assert [p.payload for p in promised(people.patient, news.MAIL_PATIENT)] == [
        {"inquiry": people.inquiry}
    ]


def test_much_news_is_one_mail(people):
    confirm(people)
    for _ in range(5):
        told(people)

    assert len(promised(people.patient, news.MAIL_PATIENT)) == 1


def test_news_after_a_mail_waits_half_an_hour_and_is_not_lost(people):
    confirm(people)
    told(people)
    later = people.later(minutes=10)
    told(later)

    first, second = promised(people.patient, news.MAIL_PATIENT)
    assert second.due_at - first.due_at == timedelta(minutes=30)


@pytest.mark.parametrize(
    ("last", "due"),
    [
        (None, 2),
        (-60, 2),
        (-10, 20),
        (0, 30),
        (5, None),
    ],
)
def test_when_the_next_mail_leaves(last, due):
    before = None if last is None else NOW + timedelta(minutes=last)

    found = next_mail(NOW, before)

    assert found == (None if due is None else NOW + timedelta(minutes=due))


def test_whoever_did_it_is_not_told_and_internal_lines_are_told_to_nobody(people):
    confirm(people)
    told(people, side=Side.FACILITATOR)
    assert promised(people.patient, news.MAIL_STAFF) == []

    before = len(promised(people.patient, NEWS))
    line = told(people, Kind.NOTE, is_internal=True)
    assert len(promised(people.patient, NEWS)) == before
    assert line.is_internal


def test_the_hospital_is_told_of_an_offer_and_the_owner_of_a_new_case(people):
    for move in people.patient.session.query(Move).filter_by(case_id=people.case):
        news.fan_out(people.program, move.id)

    sides = {p.payload["side"] for p in promised(people.patient, news.MAIL_STAFF)}
    assert sides == {"facilitator", "hospital"}


def test_only_a_hospital_that_may_see_it_is_told(people):
    referral = people.referral()
    referral.state, referral.due_at = "ended", None
    told(people, Kind.MESSAGE, side=Side.PATIENT, referral=referral)

    assert [
        p
        for p in promised(people.patient, news.MAIL_STAFF)
        if p.payload["side"] == "hospital"
    ] == []


def test_the_page_of_news_shows_what_others_did_since_the_last_look(people):
    told(people, Kind.MESSAGE, side=Side.FACILITATOR, referral=people.referral())
    now = people.patient.now + timedelta(minutes=1)
    session = people.patient.session

    owner = [n.kind for n in listed(session, people.owner.actor, now=now)]
    east = [n.kind for n in listed(session, people.east.actor, now=now)]
    assert owner == ["referral.offered", "case.opened"]
    assert east == ["message.sent", "referral.offered"]
    assert listed(session, people.west.actor, now=now) == ()

    news.see_news(replace(people.east, now=now))
    assert listed(session, people.east.actor, now=now) == ()


def test_a_program_is_told_which_case_and_nothing_else(people, manager):
    row, secret = webhooks.add_webhook(manager, people.keys, HOOK)
    line = told(people)
    found = webhooks.to_call(people.program, people.keys, row, line.id)

    assert found.url == HOOK
    sent = json.loads(found.body)
    assert sent["type"] == "message.sent"
    assert set(sent["data"]) == {"case", "reference"}
    key = base64.b64decode(secret.removeprefix("whsec_"))
    made = headers(key, found.event, NOW, found.body)
    signed = f"{found.event}.{made['webhook-timestamp']}.".encode() + found.body
    seal = base64.b64encode(hmac.digest(key, signed, sha256)).decode()
    assert made["webhook-signature"] == f"v1,{seal}"
    assert found.secret == key


def test_an_address_is_shown_to_its_managers_alone(people, manager):
    row, _secret = webhooks.add_webhook(manager, people.keys, HOOK)
    other = acting(people.owner, Role.FACILITATOR_MANAGER)

    assert [w.url for w in rows_of(manager.session, manager.actor)] == [HOOK]
    assert rows_of(other.session, other.actor) == ()
    for act in (
        lambda: deliveries(other.session, other.actor, row),
        lambda: webhooks.remove_webhook(other, row),
        lambda: webhooks.pause_webhook(other, row, paused=True),
    ):
        with pytest.raises(NotFoundError):
            act()
    with pytest.raises(RefusedError):
        webhooks.add_webhook(people.owner, people.keys, HOOK)


def test_the_same_address_and_a_sixth_one_are_refused(people, manager):
    webhooks.add_webhook(manager, people.keys, HOOK)
    with pytest.raises(webhooks.WebhookRepeatedError):
        webhooks.add_webhook(manager, people.keys, HOOK)
    for number in range(4):
        webhooks.add_webhook(manager, people.keys, f"{HOOK}/{number}")
    with pytest.raises(webhooks.TooManyWebhooksError):
        webhooks.add_webhook(manager, people.keys, f"{HOOK}/5")
    with pytest.raises(AddressRefusedError):
        webhooks.add_webhook(manager, people.keys, "https://10.0.0.1/")


def note(people, row, failure, **time):
    webhooks.note_try(
        people.later(**time).program,
        row,
        event="e",
        kind="message.sent",
        attempt=1,
        status=None,
        failure=failure,
        took_ms=None,
    )


def test_an_address_that_is_silent_for_days_is_paused_and_can_be_resumed(
    people, manager
):
    row, _secret = webhooks.add_webhook(manager, people.keys, HOOK)
    session = people.patient.session
    note(people, row, "call.failed")
    note(people, row, None, days=1)
    note(people, row, "call.failed", days=2)
    note(people, row, "call.failed", days=4)
    assert session.get_one(Webhook, row).paused_at is None

    note(people, row, "call.failed", days=5)
    assert session.get_one(Webhook, row).paused_at is not None
    line = told(people)
    assert webhooks.to_call(people.program, people.keys, row, line.id) is None

    webhooks.pause_webhook(manager, row, paused=False)
    hook = session.get_one(Webhook, row)
    assert (hook.paused_at, hook.failing_since) == (None, None)


def test_removing_an_address_takes_its_tries_along(people, manager):
    row, _secret = webhooks.add_webhook(manager, people.keys, HOOK)
    note(people, row, None)
    webhooks.remove_webhook(manager, row)

    assert people.patient.session.query(Delivery).count() == 0


def test_secrets_are_wrapped_anew(people, manager):
    row, secret = webhooks.add_webhook(manager, people.keys, HOOK)
    ring = people.keys.with_key("k2", b"2" * 32).led_by("k2")

    assert webhooks.rewrap_webhooks(people.program, ring) == 1
    assert webhooks.rewrap_webhooks(people.program, ring) == 0
    line = told(people)
    found = webhooks.to_call(people.program, ring.without("k1"), row, line.id)
    assert base64.b64encode(found.secret).decode() == secret.removeprefix("whsec_")


@pytest.mark.parametrize(
    ("whom", "sides"),
    [
        ("patient", []),
        ("facilitator", ["facilitator"]),
        ("hospital", ["hospital"]),
        ("managers", ["facilitator"]),
        ("office", ["directory"]),
    ],
)
def test_a_notice_goes_to_whom_it_names(people, manager, whom, sides):
    session = people.patient.session
    confirm(people)
    assert manager.actor.person
    office = people.row().organization_id
    acting(people.owner, Role.ADMIN, organization=office)
    kind = Kind.ESCALATED if whom in {"managers", "office"} else Kind.REMINDED
    told(
        people,
        kind,
        side=Side.DIRECTORY,
        referral=people.referral() if whom == "hospital" else None,
        whom=whom,
        office=office if whom == "office" else None,
    )

    mails = promised(people.patient, news.MAIL_STAFF)
    assert sorted({p.payload["side"] for p in mails}) == sides
    expected = 1 if whom == "patient" else 0
    assert len(promised(people.patient, news.MAIL_PATIENT)) == expected
    assert session.get_one(Inquiry, people.inquiry)
