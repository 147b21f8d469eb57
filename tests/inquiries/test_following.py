import pytest
from sqlalchemy import select

from directory.audit.model import Entry
from directory.cases.actions import erasing
from directory.core.actor import Actor
from directory.core.errors import NotFoundError, RefusedError
from directory.core.work import Work
from directory.inquiries.actions import following
from directory.inquiries.model import Consent, Inquiry, Target
from directory.inquiries.queries import (
    UnknownCodeError,
    inquiry_page,
    tracked,
)
from directory.inquiries.rules.life import State
from directory.inquiries.rules.receipts import CodeMistypedError, written
from tests.inquiries.invented import DAUGHTER, MYELOMA, after, answered, sent


@pytest.fixture
def inquiry(visitor, keys, receipt):
    """Return the id of an inquiry that was sent a minute ago."""
    return tracked(visitor.session, keys, receipt.code, now=visitor.now)


def events(work):
    return list(work.session.scalars(select(Entry.event).order_by(Entry.seq)))


def test_a_code_finds_its_inquiry_and_no_other(visitor, keys, receipt, inquiry):
    other = sent(visitor, keys, answered(visitor, keys))

    assert tracked(visitor.session, keys, other.code, now=visitor.now) != inquiry
    with pytest.raises(UnknownCodeError):
        tracked(visitor.session, keys, written(bytes(16)), now=visitor.now)
    with pytest.raises(CodeMistypedError):
        tracked(visitor.session, keys, receipt.code[:-1] + "*", now=visitor.now)


def test_answers_are_opened_and_the_reading_is_written_down(visitor, keys, inquiry):
    found = following.open_answers(visitor, keys, inquiry)

    assert found.person == DAUGHTER
    assert found.illness == MYELOMA
    assert events(visitor)[-1] == "inquiry.opened"


def test_a_withdrawn_inquiry_keeps_its_code_for_thirty_days(
    visitor, keys, receipt, inquiry
):
    then = after(visitor, days=1)

    following.withdraw(then, inquiry)
    following.withdraw(after(visitor, days=2), inquiry)

    page = inquiry_page(visitor.session, inquiry, now=then.now)
    assert page.state is State.WITHDRAWN
    assert page.withdrawn_at == then.now
    assert page.erase_after == after(then, days=30).now
    assert {consent.withdrawn_at for consent in page.consents} == {then.now}
    assert tracked(visitor.session, keys, receipt.code, now=then.now) == inquiry
    with pytest.raises(UnknownCodeError):
        tracked(visitor.session, keys, receipt.code, now=after(then, days=30).now)
    assert events(visitor).count("inquiry.withdrawn") == 1


def test_one_consent_is_taken_back_and_the_others_stay(visitor, inquiry):
    then = after(visitor, days=1)

    following.withdraw_consent(then, inquiry, 3)
    following.withdraw_consent(after(visitor, days=2), inquiry, 3)

    page = inquiry_page(visitor.session, inquiry, now=then.now)
    assert page.state is State.RECEIVED
    assert [c.withdrawn_at for c in page.consents] == [None, None, then.now]
    assert events(visitor).count("consent.withdrawn") == 1


def test_without_consent_to_health_data_the_inquiry_ends(visitor, inquiry):
    following.withdraw_consent(after(visitor, days=1), inquiry, 1)

    page = inquiry_page(visitor.session, inquiry, now=visitor.now)
    assert page.state is State.WITHDRAWN
    assert all(consent.withdrawn_at for consent in page.consents)


def test_a_consent_that_is_not_there_cannot_be_taken_back(visitor, inquiry):
    with pytest.raises(NotFoundError):
        following.withdraw_consent(visitor, inquiry, 9)


@pytest.mark.parametrize("is_withdrawn_first", [False, True])
def test_an_erased_inquiry_is_empty_and_its_code_unknown(
    visitor, keys, receipt, inquiry, is_withdrawn_first
):
    if is_withdrawn_first:
        following.withdraw(visitor, inquiry)
    erasing.erase_as_patient(after(visitor, days=1), inquiry)
    visitor.session.commit()
    visitor.session.expire_all()

    with pytest.raises(UnknownCodeError):
        tracked(visitor.session, keys, receipt.code, now=visitor.now)
    for look in (
        lambda: inquiry_page(visitor.session, inquiry, now=visitor.now),
        lambda: following.open_answers(visitor, keys, inquiry),
        lambda: following.withdraw(visitor, inquiry),
        lambda: following.withdraw_consent(visitor, inquiry, 1),
        lambda: erasing.erase_as_patient(visitor, inquiry),
    ):
        with pytest.raises(NotFoundError):
            look()
    row = visitor.session.get(Inquiry, inquiry)
    assert row is not None
    assert row.state == "erased"
    empty = (
        *(row.wrapped_key, row.wrapped_by, row.person, row.illness, row.wishes),
        *(row.receipt_digest, row.draft_digest, row.erase_after),
    )
    assert set(empty) == {None}
    assert visitor.session.scalars(select(Target)).all() == []
    consents = visitor.session.scalars(select(Consent)).all()
    assert {consent.recipient for consent in consents} == {None}
    assert all(consent.withdrawn_at for consent in consents)
    assert events(visitor)[-1] == "inquiry.erased"


def test_a_draft_cannot_be_followed(visitor, keys):
    answered(visitor, keys)
    row = visitor.session.scalars(select(Inquiry)).one()

    with pytest.raises(NotFoundError):
        following.open_answers(visitor, keys, row.id)
    with pytest.raises(NotFoundError):
        inquiry_page(visitor.session, row.id, now=visitor.now)


def test_following_needs_the_permission(visitor, keys, inquiry):
    nobody = Work(visitor.session, Actor("nobody"), visitor.now)

    for action in (
        lambda: following.open_answers(nobody, keys, inquiry),
        lambda: following.withdraw(nobody, inquiry),
        lambda: following.withdraw_consent(nobody, inquiry, 1),
        lambda: erasing.erase_as_patient(nobody, inquiry),
    ):
        with pytest.raises(RefusedError):
            action()
