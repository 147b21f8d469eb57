"""What tests of cases may ask for."""

from __future__ import annotations

import pytest

from directory.core.crypto import KeyRing
from directory.core.work import Work
from tests.cases.people import Cast, cast


@pytest.fixture
def keys() -> KeyRing:
    """Return a ring of this test's own."""
    return KeyRing.new()


@pytest.fixture
def people(work: Work, keys: KeyRing) -> Cast:
    """Return a directory in which an inquiry was just sent, and all its people."""
    return cast(work, keys)
