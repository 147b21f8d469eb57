"""After a rotation everything opens, and nothing needs the old key."""

from __future__ import annotations

import pytest

from directory.accounts.rules.roles import OrganizationKind
from directory.audit.model import Entry
from directory.cases.actions.webhooks import add_webhook, secret_place
from directory.cases.model import Message, Webhook
from directory.cases.queries.webhooks import webhook_keys_in_use
from directory.cases.rules.sealing import open_words
from directory.cli.keys import WRAPPED
from directory.core.actor import Role
from directory.core.crypto import KeyMissingError, new_key
from directory.core.errors import RefusedError
from directory.core.sealed_files import SealedFile, open_sealed
from directory.inquiries.actions.keeping import rewrap_documents
from directory.inquiries.model import Document, DocumentPart
from directory.inquiries.queries import (
    data_key_of,
    document_keys_in_use,
    keys_in_use,
    tracked,
)
from tests.cases.written import MARK, write_all
from tests.fakes import MemoryStore
from tests.submissions.people import acting
from tests.web.people import add_organization


@pytest.fixture
def store():
    return MemoryStore()


@pytest.fixture
def hook(people):
    """Return an address of an organization's own, and its secret as it was wrapped."""
    office = add_organization(people.patient.session, OrganizationKind.HOSPITAL)
    manager = acting(people.patient, Role.HOSPITAL_MANAGER, organization=office.id)
    found, _shown = add_webhook(manager, people.keys, "https://hooks.example.org/a")
    people.patient.session.commit()
    return found


def rotated(people):
    """Rotate to a new key as the command does; return a ring without the old one."""
    ring = people.keys.with_key("k2", new_key()).led_by("k2")
    for renew in WRAPPED.values():
        while renew(people.program, ring):
            pass
    people.patient.session.commit()
    return ring.without("k1")


def in_use(people):
    session = people.patient.session
    return [
        dict(count(session))
        for count in (keys_in_use, document_keys_in_use, webhook_keys_in_use)
    ]


def opened(store, ring, row):
    size = getattr(row, "received_bytes", row.size_bytes)
    file = SealedFile(row.file_key, row.wrapped_key, size, "")
    return b"".join(open_sealed(store, ring, file)).decode()


def test_everything_opens_without_the_old_key(people, store, hook):
    write_all(people, store)
    session = people.patient.session
    before = people.keys.unwrap(
        session.get_one(Webhook, hook).wrapped_secret, secret_place(hook)
    )
    assert in_use(people) == [{"k1": 1}, {"k1": 3}, {"k1": 1}]

    alone = rotated(people)

    assert in_use(people) == [{"k2": 1}, {"k2": 3}, {"k2": 1}]
    session.expire_all()
    assert tracked(session, alone, people.code, now=people.patient.now)
    key = data_key_of(session, alone, people.inquiry)
    message = session.query(Message).one()
    said = open_words(key, "case_message", "body", message.id, message.body)
    assert said.startswith(MARK)
    for row in (
        session.query(Document).filter_by(state="kept", side="patient").one(),
        session.query(DocumentPart).one(),
    ):
        assert opened(store, alone, row).startswith(MARK)
        with pytest.raises(KeyMissingError):
            opened(store, people.keys, row)
    after = alone.unwrap(
        session.get_one(Webhook, hook).wrapped_secret, secret_place(hook)
    )
    assert after == before


def test_documents_are_wrapped_in_batches_and_written_down(people, store):
    write_all(people, store)
    ring = people.keys.with_key("k2", new_key()).led_by("k2")

    assert [rewrap_documents(people.program, ring, at_most=1) for _ in range(2)] == [
        2,
        1,
    ]

    entries = people.patient.session.query(Entry).filter_by(event="keys.rotated")
    assert [(each.subject, each.facts["count"]) for each in entries] == [
        ("key:k2", 2),
        ("key:k2", 1),
    ]


def test_without_the_old_key_nothing_is_changed(people, store):
    write_all(people, store)
    alone = people.keys.with_key("k2", new_key()).led_by("k2").without("k1")

    with pytest.raises(KeyMissingError):
        rewrap_documents(people.program, alone)

    people.patient.session.rollback()
    assert document_keys_in_use(people.patient.session) == {"k1": 3}


def test_rotating_is_the_programs_own(people):
    for work in (people.owner, people.patient):
        with pytest.raises(RefusedError):
            rewrap_documents(work, people.keys)
