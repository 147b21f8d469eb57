"""Signed links open for their purpose, until their day, and nothing else does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from directory.core.links import (
    LinkBrokenError,
    LinkExpiredError,
    Links,
    Purpose,
)
from tests.conftest import NOW

LINKS = Links("a secret of at least thirty-two characters", "https://directory.test")


def test_a_link_says_what_it_is_about():
    token = LINKS.sign(Purpose.CONFIRM_CORRECTION, "abc", NOW)

    assert LINKS.read(Purpose.CONFIRM_CORRECTION, token, NOW) == "abc"


def test_a_link_ends():
    token = LINKS.sign(Purpose.CONFIRM_CORRECTION, "abc", NOW)

    with pytest.raises(LinkExpiredError):
        LINKS.read(Purpose.CONFIRM_CORRECTION, token, NOW + timedelta(seconds=1))


def test_a_link_serves_one_purpose():
    token = LINKS.sign(Purpose.CONFIRM_CORRECTION, "abc", NOW)

    with pytest.raises(LinkBrokenError):
        LINKS.read(Purpose.CONFIRM_ADDRESS, token, NOW)


@pytest.mark.parametrize("spoil", [lambda t: t[:-1], lambda t: "x" + t, lambda _: ""])
def test_a_link_that_was_changed_is_broken(spoil):
    token = LINKS.sign(Purpose.CONFIRM_CORRECTION, "abc", NOW)

    with pytest.raises(LinkBrokenError):
        LINKS.read(Purpose.CONFIRM_CORRECTION, spoil(token), NOW)


def test_another_secret_opens_nothing():
    other = Links("another secret of thirty-two characters")

    with pytest.raises(LinkBrokenError):
        other.read(
            Purpose.CONFIRM_CORRECTION,
            LINKS.sign(Purpose.CONFIRM_CORRECTION, "a", NOW),
            NOW,
        )


def test_addresses_come_from_the_settings():
    assert LINKS.url("/en/x") == "https://directory.test/en/x"
    assert Links("s").url("/x").startswith("http://127.0.0.1")
