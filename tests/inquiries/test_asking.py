import pytest
from sqlalchemy import func, select

from directory.audit.model import Entry
from directory.audit.queries import verify
from directory.core.actor import Actor
from directory.core.errors import RefusedError
from directory.core.text import Language
from directory.core.work import Work
from directory.inquiries.actions import asking
from directory.inquiries.actions.asking import (
    AlreadySentError,
    DraftChangedError,
    DraftIncompleteError,
    GroupMistakenError,
)
from directory.inquiries.model import Consent, ConsentWording, Inquiry, Target
from directory.inquiries.queries import (
    NoDraftError,
    counts,
    draft,
    inquiry_page,
    receipt,
    tracked,
)
from directory.inquiries.rules.answers import (
    Age,
    AnswersRefusedError,
    Choice,
    Whom,
)
from directory.inquiries.rules.consents import (
    ConsentRefusedError,
    Purpose,
    Ticked,
)
from directory.inquiries.rules.life import State, TooSoonError
from directory.inquiries.rules.parts import BLOCK, Part
from directory.outbox.model import Promise
from tests.inquiries.invented import (
    DAUGHTER,
    HEALTH,
    MYELOMA,
    SHARE,
    TICKED,
    TRANSFER,
    TWO_CENTERS,
    after,
    answered,
    sent,
)


def test_a_draft_is_found_again_with_everything_that_was_typed(visitor, keys, secret):
    found = draft(visitor.session, keys, secret, now=visitor.now)

    assert found.state is State.DRAFT
    assert found.person == DAUGHTER
    assert found.told.answers == MYELOMA
    assert found.told.consent.wording == HEALTH
    assert found.wishes.choice == TWO_CENTERS
    assert [given.recipient for given in found.wishes.consents.given] == [
        None,
        "center:east-invented",
    ]
    assert found.missing == ()


def test_the_first_page_alone_leaves_the_others_missing(visitor, keys):
    secret = asking.begin(visitor, keys, DAUGHTER, Language.EN)

    assert draft(visitor.session, keys, secret, now=visitor.now).missing == (
        Part.ILLNESS,
        Part.CHOICE,
        Part.CONSENTS,
    )


def test_nobody_finds_a_draft_by_another_secret(visitor, keys, secret):
    with pytest.raises(NoDraftError):
        draft(visitor.session, keys, secret[:-1], now=visitor.now)
    with pytest.raises(NoDraftError):
        asking.save_person(visitor, keys, "", DAUGHTER, Language.EN)


def test_a_draft_is_gone_after_thirty_days_even_before_it_is_erased(
    visitor, keys, secret
):
    draft(visitor.session, keys, secret, now=after(visitor, days=29.9).now)

    with pytest.raises(NoDraftError):
        draft(visitor.session, keys, secret, now=after(visitor, days=30).now)
    with pytest.raises(NoDraftError):
        asking.save_choice(after(visitor, days=30), keys, secret, TWO_CENTERS)


def test_naming_others_asks_for_consent_again(visitor, keys, secret):
    asking.save_choice(visitor, keys, secret, TWO_CENTERS)
    assert draft(visitor.session, keys, secret, now=visitor.now).missing == ()

    asking.save_choice(visitor, keys, secret, Choice(whom=Whom.ADVISE))

    found = draft(visitor.session, keys, secret, now=visitor.now)
    assert found.missing == (Part.CONSENTS,)
    assert found.wishes.consents is None


def test_what_is_sent_is_received_with_its_targets_and_consents(visitor, keys, secret):
    then = after(visitor, seconds=60)

    given = sent(visitor, keys, secret)

    found = tracked(visitor.session, keys, given.code, now=then.now)
    page = inquiry_page(visitor.session, found, now=then.now)
    assert page.state is State.RECEIVED
    assert page.sent_at == then.now == given.sent_at
    assert page.erase_after == after(then, days=730).now
    assert page.targets == ("center:east-invented", "center:west-invented")
    assert [(c.purpose, c.recipient, c.text) for c in page.consents] == [
        (Purpose.HEALTH, None, HEALTH.text),
        (Purpose.TRANSFER, None, TRANSFER.text),
        (Purpose.SHARE, "center:east-invented", SHARE.text),
    ]
    assert {c.given_at for c in page.consents} == {visitor.now}
    assert counts(visitor.session)[State.RECEIVED] == 1


def test_sending_twice_is_one_inquiry_and_one_receipt(visitor, keys, secret):
    first = sent(visitor, keys, secret)
    again = sent(after(visitor, days=3), keys, secret)

    assert again == first
    assert visitor.session.scalar(select(func.count()).select_from(Inquiry)) == 1
    assert visitor.session.scalar(select(func.count()).select_from(Target)) == 2
    events = visitor.session.scalars(select(Entry.event)).all()
    assert events.count("inquiry.received") == 1


def test_two_drafts_are_two_inquiries_with_different_codes(visitor, keys):
    first = sent(visitor, keys, answered(visitor, keys))
    second = sent(visitor, keys, answered(visitor, keys))

    assert first.code != second.code
    assert visitor.session.scalar(select(func.count()).select_from(ConsentWording)) == 3


def test_another_revision_than_the_one_checked_is_not_sent(visitor, keys, secret):
    seen = draft(visitor.session, keys, secret, now=visitor.now).revision
    asking.save_person(visitor, keys, secret, DAUGHTER, Language.ZH)

    with pytest.raises(DraftChangedError):
        asking.ask(after(visitor, seconds=60), keys, secret, seen)

    found = draft(visitor.session, keys, secret, now=visitor.now)
    assert found.state is State.DRAFT


def test_after_sending_another_body_is_refused_and_changes_nothing(
    visitor, keys, secret
):
    sent(visitor, keys, secret)

    with pytest.raises(DraftChangedError):
        asking.ask(after(visitor, seconds=90), keys, secret, 1)
    for save in (
        lambda: asking.save_person(visitor, keys, secret, DAUGHTER, Language.EN),
        lambda: asking.save_illness(visitor, keys, secret, MYELOMA, HEALTH),
        lambda: asking.save_choice(visitor, keys, secret, TWO_CENTERS),
        lambda: asking.save_consents(visitor, keys, secret, TICKED),
    ):
        with pytest.raises(AlreadySentError):
            save()


def test_an_unfinished_draft_is_not_sent_and_says_what_is_missing(visitor, keys):
    secret = asking.begin(visitor, keys, DAUGHTER, Language.EN)
    asking.save_illness(visitor, keys, secret, MYELOMA, HEALTH)

    with pytest.raises(DraftIncompleteError) as error:
        asking.ask(after(visitor, seconds=60), keys, secret, 2)

    assert error.value.facts == {"missing": ["choice", "consents"]}


def test_a_draft_made_a_moment_ago_is_not_sent(visitor, keys, secret):
    revision = draft(visitor.session, keys, secret, now=visitor.now).revision

    with pytest.raises(TooSoonError):
        asking.ask(after(visitor, seconds=2), keys, secret, revision)


def test_the_receipt_is_shown_until_a_group_of_it_was_typed(visitor, keys, secret):
    given = sent(visitor, keys, secret)
    now = after(visitor, hours=1)
    asked = given.code.split("-")[given.group - 1]

    assert receipt(visitor.session, keys, secret, now=now.now) == given
    wrong = next(g for g in given.code.split("-") if g != asked)
    with pytest.raises(GroupMistakenError) as error:
        asking.acknowledge(now, keys, secret, wrong)
    assert error.value.facts == {"group": given.group}
    asking.acknowledge(now, keys, secret, f" {asked.lower()} ")

    assert receipt(visitor.session, keys, secret, now=now.now) is None
    revision = draft(visitor.session, keys, secret, now=now.now).revision
    assert asking.ask(now, keys, secret, revision) is None
    asking.acknowledge(now, keys, secret, asked)
    events = visitor.session.scalars(select(Entry.event)).all()
    assert events.count("inquiry.acknowledged") == 1


def test_a_draft_that_was_not_sent_has_no_receipt(visitor, keys, secret):
    with pytest.raises(NoDraftError):
        receipt(visitor.session, keys, secret, now=visitor.now)
    with pytest.raises(NoDraftError):
        asking.acknowledge(visitor, keys, secret, "AAAA")


def test_a_draft_that_is_discarded_leaves_nothing(visitor, keys, secret):
    asking.discard(visitor, keys, secret)

    assert visitor.session.scalar(select(func.count()).select_from(Inquiry)) == 0
    with pytest.raises(NoDraftError):
        asking.discard(visitor, keys, secret)


def test_discarding_does_not_touch_what_was_sent(visitor, keys, secret):
    given = sent(visitor, keys, secret)

    asking.discard(visitor, keys, secret)

    tracked(visitor.session, keys, given.code, now=visitor.now)


@pytest.mark.parametrize(
    "choice",
    [
        Choice(whom=Whom.CENTERS),
        Choice(whom=Whom.CENTERS, centers=("east-invented", "nowhere")),
        Choice(
            whom=Whom.CENTERS,
            centers=(
                "east-invented",
                "west-invented",
                "north-invented",
                "south-invented",
            ),
        ),
        Choice(whom=Whom.FACILITATOR),
        Choice(whom=Whom.FACILITATOR, facilitator="east-invented"),
    ],
)
def test_nobody_too_many_or_unknown_recipients_are_refused(
    visitor, keys, secret, choice
):
    with pytest.raises(AnswersRefusedError):
        asking.save_choice(visitor, keys, secret, choice)


def test_an_illness_outside_the_vocabulary_is_refused(visitor, keys, secret):
    with pytest.raises(AnswersRefusedError):
        asking.save_illness(
            visitor,
            keys,
            secret,
            MYELOMA.model_copy(update={"diagnosis": "unheard-of"}),
            HEALTH,
        )
    for diagnosis in ("lbcl", "other", "not-sure"):
        asking.save_illness(
            visitor,
            keys,
            secret,
            MYELOMA.model_copy(update={"diagnosis": diagnosis}),
            HEALTH,
        )


def test_the_illness_is_not_kept_under_another_consent(visitor, keys, secret):
    with pytest.raises(ConsentRefusedError):
        asking.save_illness(visitor, keys, secret, MYELOMA, TRANSFER)


@pytest.mark.parametrize(
    "ticked",
    [
        (Ticked(wording=SHARE),),
        (Ticked(wording=SHARE, recipient="center:north-invented"),),
        (Ticked(wording=TRANSFER, recipient="center:east-invented"),),
        (Ticked(wording=TRANSFER), Ticked(wording=TRANSFER)),
        (Ticked(wording=HEALTH),),
    ],
)
def test_boxes_that_no_page_asked_for_are_refused(visitor, keys, secret, ticked):
    with pytest.raises(ConsentRefusedError):
        asking.save_consents(visitor, keys, secret, ticked)


def test_every_box_may_stay_empty(visitor, keys, secret):
    asking.save_consents(visitor, keys, secret, ())
    sent(visitor, keys, secret)

    consents = visitor.session.scalars(select(Consent)).all()
    assert [consent.purpose for consent in consents] == ["health-data"]


def test_consents_wait_until_somebody_was_chosen(visitor, keys):
    secret = asking.begin(visitor, keys, DAUGHTER, Language.EN)

    with pytest.raises(NoDraftError):
        asking.save_consents(visitor, keys, secret, ())


def test_contradicting_answers_begin_nothing(visitor, keys):
    minor = DAUGHTER.model_copy(update={"age": Age.MINOR})

    with pytest.raises(AnswersRefusedError):
        asking.begin(visitor, keys, minor, Language.EN)

    assert visitor.session.scalar(select(func.count()).select_from(Inquiry)) == 0


def test_asking_needs_the_permission(visitor, keys, secret):
    nobody = Work(visitor.session, Actor("nobody"), visitor.now)

    for action in (
        lambda: asking.begin(nobody, keys, DAUGHTER, Language.EN),
        lambda: asking.save_person(nobody, keys, secret, DAUGHTER, Language.EN),
        lambda: asking.save_illness(nobody, keys, secret, MYELOMA, HEALTH),
        lambda: asking.save_choice(nobody, keys, secret, TWO_CENTERS),
        lambda: asking.save_consents(nobody, keys, secret, TICKED),
        lambda: asking.ask(nobody, keys, secret, 4),
        lambda: asking.acknowledge(nobody, keys, secret, "AAAA"),
        lambda: asking.discard(nobody, keys, secret),
    ):
        with pytest.raises(RefusedError):
            action()


def test_the_log_and_the_outbox_hold_ids_and_digests_only(visitor, keys, secret):
    sent(visitor, keys, secret)

    entry = visitor.session.scalars(
        select(Entry).where(Entry.event == "inquiry.received")
    ).one()
    assert entry.facts == {
        "consents": [
            {"purpose": "health-data", "wording": HEALTH.digest},
            {"purpose": "transfer", "wording": TRANSFER.digest},
            {"purpose": "share", "wording": SHARE.digest},
        ]
    }
    assert verify(visitor.session).broken_at is None
    [promise] = visitor.session.scalars(select(Promise)).all()
    assert promise.kind == "mail.inquiry-confirm-email"
    assert promise.payload == {"inquiry": entry.subject.partition(":")[2]}


def test_sealed_answers_are_as_long_for_a_short_question_as_for_a_longer_one(
    visitor, keys, secret
):
    lengths = set()
    for question in ("", "Why?", "Is a fourth line too late for this?"):
        illness = MYELOMA.model_copy(update={"question": question})
        asking.save_illness(visitor, keys, secret, illness, HEALTH)
        lengths.add(len(visitor.session.scalars(select(Inquiry.illness)).one()))

    assert len(lengths) == 1
    assert BLOCK >= 512
