"""Letters to readers who sent a correction: to whom, when, and with which link."""

from __future__ import annotations

from dataclasses import replace

import pytest

from directory.core.actor import VISITOR, Role
from directory.core.crypto import KeyRing
from directory.core.links import Links, Purpose
from directory.core.text import Language
from directory.jobs.letters.corrections import confirm, decided
from directory.jobs.letters.letter import Asked
from directory.listings.actions import publish
from directory.listings.rules.document import Kind
from directory.submissions.actions.corrections import (
    Wrong,
    confirm_address,
    decide_correction,
    send_correction,
)
from directory.submissions.rules.states import CorrectionState
from tests.conftest import NOW
from tests.listings.documents import center
from tests.submissions.people import acting

KEYS = KeyRing.new()
LINKS = Links("invented secret", "https://directory.example.org")


@pytest.fixture
def sent(work) -> str:
    publish(work, center(), authority="seed")
    wrong = Wrong(
        kind=Kind.CENTER,
        slug="willow-hospital",
        version=1,
        field="capability.icu",
        words="It has ten beds.",
        source_url=None,
        email="daughter@example.org",
        language=Language.RU,
    )
    return send_correction(replace(work, actor=VISITOR), KEYS, wrong)


def asked(work, reference: str, keys: KeyRing | None = KEYS) -> Asked:
    return Asked(work.session, {"correction": reference}, LINKS, NOW, keys)


def decide(work, reference: str) -> None:
    moderator = acting(work, Role.MODERATOR)
    decide_correction(moderator, reference, CorrectionState.DECLINED, "It says eight.")


def test_the_first_letter_asks_for_a_press_behind_a_signed_link(work, sent):
    letter = confirm(asked(work, sent))

    assert letter is not None
    assert (letter.to, letter.language) == ("daughter@example.org", Language.RU)
    head, _, token = letter.link.rpartition("/")
    assert head == "https://directory.example.org/ru/corrections/confirm"
    assert LINKS.read(Purpose.CONFIRM_CORRECTION, token, NOW) == sent
    assert letter.facts == {"reference": sent}


def test_what_was_confirmed_is_asked_for_no_more(work, sent):
    confirm_address(replace(work, actor=VISITOR), sent)

    assert confirm(asked(work, sent)) is None


def test_the_outcome_goes_to_a_confirmed_address_only(work, sent):
    assert decided(asked(work, sent)) is None
    decide(work, sent)
    assert decided(asked(work, sent)) is None
    confirm_address(replace(work, actor=VISITOR), sent)

    letter = decided(asked(work, sent))

    assert letter is not None
    assert letter.link == f"https://directory.example.org/ru/corrections/{sent}"
    assert "eight" not in repr(letter.facts)


def test_without_keys_or_correction_nothing_is_written(work, sent):
    assert confirm(asked(work, sent, keys=None)) is None
    assert confirm(asked(work, "K-0000-0000")) is None
