"""An address is proved by a button, and forgotten when that is asked for."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from directory.audit.model import Entry
from directory.core.links import LinkExpiredError, Links, Purpose
from directory.inquiries.actions import following
from directory.inquiries.actions.following import NoEmailError
from directory.inquiries.model import Inquiry
from directory.inquiries.queries import sent_person, tracked
from directory.jobs.letters.inquiries import OPENS_FOR, confirm_email
from directory.jobs.letters.letter import Asked
from directory.outbox.model import Promise
from tests.inquiries.invented import CANARY, after

LINKS = Links("s" * 40, "https://directory.example.org")


@pytest.fixture
def inquiry(visitor, keys, receipt):
    return tracked(visitor.session, keys, receipt.code, now=visitor.now)


def row_of(work, inquiry):
    return work.session.get_one(Inquiry, inquiry)


def letter(work, keys, inquiry, with_keys=True):
    """Return the letter that a worker would write now."""
    return confirm_email(
        Asked(
            session=work.session,
            payload={"inquiry": inquiry},
            links=LINKS,
            now=work.now,
            keys=keys if with_keys else None,
        )
    )


def test_the_letter_goes_to_the_address_and_names_neither_it_nor_the_case(
    visitor, keys, inquiry
):
    found = letter(visitor, keys, inquiry)

    assert found.to == f"{CANARY}@example.org"
    assert found.facts == {}
    token = found.link.rpartition("/")[2]
    assert CANARY not in found.link
    assert LINKS.read(Purpose.CONFIRM_INQUIRY_EMAIL, token, visitor.now) == inquiry


def test_after_seven_days_its_link_is_over(visitor, keys, inquiry):
    token = letter(visitor, keys, inquiry).link.rpartition("/")[2]
    later = visitor.now + OPENS_FOR * 1.01

    with pytest.raises(LinkExpiredError):
        LINKS.read(Purpose.CONFIRM_INQUIRY_EMAIL, token, later)


def test_pressing_its_button_twice_confirms_once(visitor, keys, inquiry):
    following.confirm_email(after(visitor, seconds=90), keys, inquiry)
    first = row_of(visitor, inquiry).email_confirmed_at
    following.confirm_email(after(visitor, seconds=99), keys, inquiry)

    assert row_of(visitor, inquiry).email_confirmed_at == first
    events = visitor.session.scalars(
        select(Entry.event).where(Entry.event == "inquiry.email-confirmed")
    ).all()
    assert len(events) == 1


def test_no_letter_is_written_once_it_is_confirmed(visitor, keys, inquiry):
    following.confirm_email(after(visitor, seconds=90), keys, inquiry)

    assert letter(visitor, keys, inquiry) is None


def test_without_keys_no_letter_is_written(visitor, keys, inquiry):
    assert letter(visitor, keys, inquiry, with_keys=False) is None


def test_an_address_that_was_taken_back_is_gone_and_cannot_be_confirmed(
    visitor, keys, inquiry
):
    then = after(visitor, seconds=90)
    following.confirm_email(then, keys, inquiry)

    following.take_back_email(then, keys, inquiry)
    following.take_back_email(then, keys, inquiry)

    row = row_of(visitor, inquiry)
    assert row.email_confirmed_at is None
    assert sent_person(keys, row).email is None
    assert letter(then, keys, inquiry) is None
    with pytest.raises(NoEmailError):
        following.confirm_email(then, keys, inquiry)
    with pytest.raises(NoEmailError):
        following.ask_for_email(then, keys, inquiry)


def test_the_letter_can_be_asked_for_again(visitor, keys, inquiry):
    following.ask_for_email(after(visitor, seconds=90), keys, inquiry)

    found = visitor.session.scalars(
        select(Promise).where(Promise.kind == following.CONFIRM_EMAIL)
    ).all()
    assert [row.payload for row in found] == [{"inquiry": inquiry}] * 2


def test_what_was_withdrawn_confirms_nothing(visitor, keys, inquiry):
    then = after(visitor, seconds=90)
    following.withdraw(then, inquiry)

    assert letter(then, keys, inquiry) is None
    with pytest.raises(NoEmailError):
        following.confirm_email(then, keys, inquiry)


@pytest.mark.parametrize(
    "act",
    [following.confirm_email, following.ask_for_email, following.take_back_email],
)
def test_an_inquiry_that_is_none_has_no_address(visitor, keys, act):
    with pytest.raises(NoEmailError):
        act(visitor, keys, "0" * 36)
