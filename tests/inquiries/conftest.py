"""What tests of inquiries may ask for."""

from __future__ import annotations

import pytest

from directory.core.actor import VISITOR
from directory.core.crypto import KeyRing
from directory.core.db import Session
from directory.core.work import Work
from directory.inquiries.queries import Receipt
from tests.inquiries.invented import answered, sent, stock


@pytest.fixture
def keys() -> KeyRing:
    """Return a ring of this test's own."""
    return KeyRing.new()


@pytest.fixture
def visitor(session: Session, work: Work) -> Work:
    """Return a visitor's unit of work in a stocked directory."""
    stock(work)
    session.commit()
    return Work(session, VISITOR, work.now)


@pytest.fixture
def secret(visitor: Work, keys: KeyRing) -> str:
    """Return the secret of a draft in which every page is answered."""
    return answered(visitor, keys)


@pytest.fixture
def receipt(visitor: Work, keys: KeyRing, secret: str) -> Receipt:
    """Return the receipt of an inquiry that was just sent."""
    return sent(visitor, keys, secret)
