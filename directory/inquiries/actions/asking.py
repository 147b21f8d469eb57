"""What a person does before and while sending an inquiry."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable

from sqlalchemy.dialects import postgresql, sqlite

from directory.audit import actions as log
from directory.core.crypto import KeyRing, new_key, seal
from directory.core.errors import DirectoryError
from directory.core.permissions import Permission, holds
from directory.core.text import Language
from directory.core.work import Work
from directory.inquiries import queries
from directory.inquiries.actions.following import CONFIRM_EMAIL
from directory.inquiries.actions.rows import forget_files, held_draft, subject
from directory.inquiries.model import Consent, ConsentWording, Inquiry, Target
from directory.inquiries.queries import NoDraftError
from directory.inquiries.rules import answers as rules
from directory.inquiries.rules import draft_codes
from directory.inquiries.rules.answers import Choice, Illness, Person, Shape
from directory.inquiries.rules.consents import (
    ConsentRefusedError,
    Consents,
    Given,
    Purpose,
    Ticked,
    Wording,
    check_ticks,
)
from directory.inquiries.rules.life import State, check_age, check_move, kept, new_id
from directory.inquiries.rules.parts import (
    Column,
    Told,
    Wishes,
    column_place,
    data_key,
    data_key_place,
    padded,
)
from directory.inquiries.rules.receipts import groups, plain, written
from directory.listings import queries as listings
from directory.outbox import actions as queue
from directory.vocabulary import queries as vocabulary


class AlreadySentError(DirectoryError):
    """The draft was sent; what was sent is not changed."""

    code = "inquiry.already-sent"


class DraftChangedError(DirectoryError):
    """The draft was changed after the page was made that is being sent."""

    code = "inquiry.draft-changed"


class DraftIncompleteError(DirectoryError):
    """Pages are unanswered; ``missing`` lists them in order."""

    code = "inquiry.draft-incomplete"


class GroupMistakenError(DirectoryError):
    """What was typed is not the group that was asked for, ``group``."""

    code = "inquiry.group-mistaken"


def begin(work: Work, keys: KeyRing, person: Person, language: Language) -> str:
    """Begin a draft with the first answers.

    Returns:
        The secret under which it is found again, a code that people can copy; it
        is not stored.

    Raises:
        RefusedError: If the actor may not ask.
        AnswersRefusedError: If answers contradict each other.
    """
    work.require(Permission.ASK)
    rules.refuse(rules.person_problems(person))
    secret = draft_codes.new(secrets.token_bytes(draft_codes.CHANCE_BYTES))
    row = new_id(work.now, secrets.token_bytes(10))
    key = new_key()
    work.session.add(
        Inquiry(
            id=row,
            state=State.DRAFT.value,
            revision=1,
            language=language.value,
            draft_digest=queries.draft_digest(keys, secret),
            wrapped_key=keys.wrap(key, data_key_place(row)),
            wrapped_by=keys.current,
            person=_sealed(key, row, Column.PERSON, person),
            made_at=work.now,
            changed_at=work.now,
            erase_after=work.now + kept(State.DRAFT, work.retention),
        )
    )
    work.session.flush()
    return secret


def save_person(
    work: Work, keys: KeyRing, secret: str, person: Person, language: Language
) -> None:
    """Keep who asks in a draft.

    Raises:
        RefusedError: If the actor may not ask.
        NoDraftError: If there is no draft under this secret.
        AlreadySentError: If it was sent.
        AnswersRefusedError: If answers contradict each other.
    """
    work.require(Permission.ASK)
    rules.refuse(rules.person_problems(person))
    row = _open_draft(work, keys, secret)
    row.language = language.value
    _save(work, keys, row, Column.PERSON, person)


def save_illness(
    work: Work, keys: KeyRing, secret: str, illness: Illness, consent: Wording
) -> None:
    """Keep the illness in a draft, under the consent that stood on its page.

    Raises:
        RefusedError: If the actor may not ask.
        NoDraftError: If there is no draft under this secret.
        AlreadySentError: If it was sent.
        AnswersRefusedError: If answers contradict each other, or the diagnosis
            is not in the vocabulary.
        ConsentRefusedError: If the wording is not that of health data.
    """
    work.require(Permission.ASK)
    rules.refuse((*rules.illness_problems(illness), *_unknown_words(work, illness)))
    if consent.purpose is not Purpose.HEALTH:
        raise ConsentRefusedError(purpose=consent.purpose.value)
    row = _open_draft(work, keys, secret)
    told = Told(answers=illness, consent=Given(wording=consent, given_at=work.now))
    _save(work, keys, row, Column.ILLNESS, told)


def save_choice(work: Work, keys: KeyRing, secret: str, choice: Choice) -> None:
    """Keep to whom a draft is addressed.

    Boxes ticked for others before are forgotten, so that they are asked again.

    Raises:
        RefusedError: If the actor may not ask.
        NoDraftError: If there is no draft under this secret.
        AlreadySentError: If it was sent.
        AnswersRefusedError: If nobody, too many, or somebody unpublished is named.
    """
    work.require(Permission.ASK)
    rules.refuse((*rules.choice_problems(choice), *_unpublished(work, choice)))
    row = _open_draft(work, keys, secret)
    before = queries.draft(work.session, keys, secret, now=work.now).wishes
    is_same = before is not None and (
        before.choice.whom is choice.whom
        # In another order they are the same.
        and set(before.choice.recipients) == set(choice.recipients)
    )
    ticked = before.consents if before and is_same else None
    _save(work, keys, row, Column.WISHES, Wishes(choice=choice, consents=ticked))


def save_consents(
    work: Work, keys: KeyRing, secret: str, ticked: tuple[Ticked, ...]
) -> None:
    """Keep which boxes were ticked; what is missing was refused.

    Raises:
        RefusedError: If the actor may not ask.
        NoDraftError: If there is no draft under this secret, or nobody chosen.
        AlreadySentError: If it was sent.
        ConsentRefusedError: If a box was ticked that was not asked for.
    """
    work.require(Permission.ASK)
    row = _open_draft(work, keys, secret)
    wishes = queries.draft(work.session, keys, secret, now=work.now).wishes
    if wishes is None:
        raise NoDraftError
    recipients = wishes.choice.recipients
    check_ticks(ticked, recipients)
    given = tuple(
        Given(wording=tick.wording, recipient=tick.recipient, given_at=work.now)
        for tick in ticked
    )
    answered = Consents(asked=recipients, given=given)
    _save(
        work,
        keys,
        row,
        Column.WISHES,
        Wishes(choice=wishes.choice, consents=answered),
    )


def ask(
    work: Work, keys: KeyRing, secret: str, revision: int
) -> queries.Receipt | None:
    """Send a draft; sending it again gives the same receipt and changes nothing.

    Args:
        work: The transaction.
        keys: To find and open the draft.
        secret: From the reader's browser.
        revision: Of the draft that the reader checked.

    Returns:
        The receipt; nothing once the reader has shown that the code was saved.

    Raises:
        RefusedError: If the actor may not ask.
        NoDraftError: If there is no draft under this secret.
        DraftChangedError: If the reader checked another revision.
        DraftIncompleteError: If pages are unanswered.
        TooSoonError: If no person could have answered so fast.
    """
    work.require(Permission.ASK)
    row = held(work, keys, secret)
    if row.revision != revision:
        raise DraftChangedError
    if row.state == State.DRAFT.value:
        _send(work, keys, secret, row)
    return queries.receipt(work.session, keys, secret, now=work.now)


def acknowledge(work: Work, keys: KeyRing, secret: str, typed: str) -> None:
    """Note that the receipt code was saved; from here on it is not shown again.

    Raises:
        RefusedError: If the actor may not ask.
        NoDraftError: If nothing was sent under this secret.
        GroupMistakenError: If what was typed is not the group asked for.
    """
    work.require(Permission.ASK)
    row = held(work, keys, secret)
    if row.sent_at is None:
        raise NoDraftError
    number = queries.asked_group(keys, secret)
    group = groups(written(queries.receipt_code(keys, secret)))[number - 1]
    if not hmac.compare_digest(plain(typed).encode(errors="replace"), group.encode()):
        raise GroupMistakenError(group=number)
    if row.acknowledged_at is None:
        row.acknowledged_at = work.now
        log.record(work, "inquiry.acknowledged", subject(row))


def discard(work: Work, keys: KeyRing, secret: str) -> None:
    """Erase a draft at once; what was already sent stays.

    Raises:
        RefusedError: If the actor may not ask.
        NoDraftError: If there is no draft under this secret.
    """
    work.require(Permission.ASK)
    row = held(work, keys, secret)
    if row.state == State.DRAFT.value:
        forget_files(work, row)
        work.session.delete(row)
        work.session.flush()


def _send(work: Work, keys: KeyRing, secret: str, row: Inquiry) -> None:
    draft = queries.draft(work.session, keys, secret, now=work.now)
    if draft.missing or draft.told is None or draft.wishes is None:
        raise DraftIncompleteError(missing=[part.value for part in draft.missing])
    check_age(row.made_at, work.now)
    check_move(State.DRAFT, State.RECEIVED)
    given = [draft.told.consent]
    if draft.wishes.consents is not None:
        given += draft.wishes.consents.given
    keep_wordings(work, given)
    for place, recipient in enumerate(draft.wishes.choice.recipients, start=1):
        kind, _, slug = recipient.partition(":")
        work.session.add(Target(inquiry_id=row.id, place=place, kind=kind, slug=slug))
    for place, consent in enumerate(given, start=1):
        work.session.add(
            Consent(
                inquiry_id=row.id,
                place=place,
                purpose=consent.wording.purpose.value,
                recipient=consent.recipient,
                version=consent.wording.version,
                locale=consent.wording.locale,
                wording_digest=consent.wording.digest,
                given_at=consent.given_at,
            )
        )
    row.state = State.RECEIVED.value
    row.receipt_digest = keys.digest(
        queries.RECEIPT, queries.receipt_code(keys, secret)
    )
    row.wishes = None
    row.sent_at = row.changed_at = work.now
    row.erase_after = work.now + kept(State.RECEIVED, work.retention)
    log.record(
        work,
        "inquiry.received",
        subject(row),
        consents=[
            {
                "purpose": consent.wording.purpose.value,
                "wording": consent.wording.digest,
            }
            for consent in given
        ],
    )
    if draft.person is not None and draft.person.email:
        queue.promise(work, CONFIRM_EMAIL, inquiry=row.id)


def keep_wordings(work: Work, given: Iterable[Ticked]) -> None:
    """Keep the exact words under which boxes stood; the same words once.

    Raises:
        RefusedError: If the actor may neither ask nor follow inquiries.
    """
    if not holds(work.actor, Permission.FOLLOW_INQUIRY):
        work.require(Permission.ASK)
    insert = (
        postgresql.insert
        if work.session.get_bind().dialect.name == "postgresql"
        else sqlite.insert
    )
    # In one order everywhere, so that two senders cannot wait for each other.
    for digest, text in sorted({(g.wording.digest, g.wording.text) for g in given}):
        work.session.execute(
            insert(ConsentWording)
            .values(digest=digest, text=text)
            .on_conflict_do_nothing()
        )


def _save(
    work: Work, keys: KeyRing, row: Inquiry, column: Column, shape: Shape
) -> None:
    assert row.wrapped_key is not None
    key = data_key(keys, row.id, row.wrapped_key)
    setattr(row, column.value, _sealed(key, row.id, column, shape))
    row.revision += 1
    row.changed_at = work.now
    row.erase_after = work.now + kept(State.DRAFT, work.retention)
    work.session.flush()


def _sealed(key: bytes, row: str, column: Column, shape: Shape) -> bytes:
    return seal(key, padded(shape), column_place(column, row))


def _open_draft(work: Work, keys: KeyRing, secret: str) -> Inquiry:
    row = held(work, keys, secret)
    if row.state != State.DRAFT.value:
        raise AlreadySentError
    return row


def held(work: Work, keys: KeyRing, secret: str) -> Inquiry:
    """Return the row of a draft or of what was sent, locked until the end.

    Raises:
        NoDraftError: If there is none under this secret.
    """
    return held_draft(work.session, queries.draft_digest(keys, secret), work.now)


def _unknown_words(work: Work, illness: Illness) -> tuple[rules.Problem, ...]:
    known = vocabulary.labels(work.session)
    beside = {rules.OTHER_DIAGNOSIS, rules.UNSURE_DIAGNOSIS}
    if illness.diagnosis in beside or ("indication", illness.diagnosis) in known:
        return ()
    return (rules.Problem("diagnosis", "unknown"),)


def _unpublished(work: Work, choice: Choice) -> tuple[rules.Problem, ...]:
    today = work.now.date()
    if choice.whom is rules.Whom.CENTERS:
        pages = listings.center_pages(work.session, choice.centers, today=today)
        if {page.slug for page in pages} != set(choice.centers):
            return (rules.Problem("centers", "unknown"),)
    if choice.whom is rules.Whom.FACILITATOR and choice.facilitator is not None:
        found = listings.facilitator_pages(
            work.session, (choice.facilitator,), today=today
        )
        if not found:
            return (rules.Problem("facilitator", "unknown"),)
    return ()
