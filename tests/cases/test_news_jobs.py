"""From a line of a timeline to a mail and to a program that is called."""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import sha256

import pytest

from directory.cases.actions import webhooks
from directory.cases.model import Delivery, Webhook
from directory.core.actor import Role
from directory.core.calls import AddressRefusedError, Answer, CallFailedError
from directory.inquiries.model import Inquiry
from directory.jobs.keepers import keepers
from directory.jobs.promises import keep_promises
from tests.fakes import MemoryMailer
from tests.inquiries.invented import CANARY
from tests.jobs.posting import open_post_office
from tests.submissions.people import acting

HOOK = "https://hooks.example.org/news"


@dataclass
class Program:
    """Somebody's program: answers as it is told, and remembers what it was told."""

    answers: list[Answer | Exception] = field(default_factory=list)
    told: list[tuple[str, bytes, dict[str, str]]] = field(default_factory=list)

    def post(self, url, body, headers):
        self.told.append((url, body, dict(headers)))
        answer = self.answers.pop(0) if self.answers else Answer(204, 3)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def mailer():
    return MemoryMailer()


@pytest.fixture
def program():
    return Program()


@pytest.fixture
def office(engine, tmp_path, mailer, program, people):
    """Return a post office over the database of the case, in the same keys."""
    opened = open_post_office(engine, tmp_path, mailer)
    tools = replace(opened.tools, keys=people.keys, caller=program)
    opened.clock.now = people.patient.now + timedelta(minutes=5)
    return replace(opened, tools=tools, keepers=keepers(tools))


@pytest.fixture
def secret(people):
    """Return the secret of an address that the owner's manager added."""
    manager = acting(
        people.owner,
        Role.FACILITATOR_MANAGER,
        organization=people.owner.actor.organization,
    )
    _row, shown = webhooks.add_webhook(manager, people.keys, HOOK)
    people.patient.session.commit()
    return base64.b64decode(shown.removeprefix("whsec_"))


def work_off(office):
    while keep_promises(office.tools, office.keepers, chance=lambda: 0.5).kept:
        pass


def test_staff_and_patient_get_a_mail_that_says_nothing(office, people, mailer):
    session = people.patient.session
    session.get_one(Inquiry, people.inquiry).email_confirmed_at = people.patient.now
    session.commit()

    work_off(office)
    office.clock.now += timedelta(minutes=40)
    work_off(office)

    assert mailer.sent
    for mail in mailer.sent:
        for part in (mail.subject, mail.text, mail.html):
            assert CANARY not in part
            assert people.row().reference not in part


def test_a_program_is_called_once_for_each_line_and_can_tell_that_it_is_us(
    office, people, program, secret
):
    work_off(office)

    assert [url for url, _body, _headers in program.told] == [HOOK, HOOK]
    for _url, body, headers in program.told:
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode()
        seal = base64.b64encode(hmac.digest(secret, signed + body, sha256)).decode()
        assert headers["webhook-signature"] == f"v1,{seal}"
        assert CANARY.encode() not in body
    with office.tools.reading() as session:
        assert {row.status for row in session.query(Delivery)} == {204}


def test_what_was_not_taken_is_tried_again_under_the_same_name(office, program, secret):
    assert secret
    program.answers = [Answer(500, 1), CallFailedError(reason="NameUnknown")]

    work_off(office)
    office.clock.now += timedelta(hours=1)
    work_off(office)

    names = [headers["webhook-id"] for _url, _body, headers in program.told]
    assert len(names) == 4
    assert len(set(names)) == 2
    with office.tools.reading() as session:
        failures = [row.failure for row in session.query(Delivery)]
    assert sorted(map(str, failures)) == [
        "None",
        "None",
        "call.failed:NameUnknown",
        "http.500",
    ]


@pytest.mark.parametrize(
    "answer", [Answer(410, 1), AddressRefusedError(reason="private")]
)
def test_an_address_that_is_gone_or_leads_inside_is_not_tried_again(
    office, program, secret, answer
):
    assert secret
    program.answers = [answer, answer]

    work_off(office)
    office.clock.now += timedelta(hours=1)
    work_off(office)

    assert len(program.told) == 2
    with office.tools.reading() as session:
        assert session.query(Webhook).one().failing_since is not None
