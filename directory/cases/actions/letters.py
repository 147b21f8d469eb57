"""A hospital's invitation letters: its template, giving one out, taking one back."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping

from sqlalchemy import func, select

from directory.audit import actions as log
from directory.cases.actions.caring import given_by, hand_to, today_there
from directory.cases.actions.telling import tell
from directory.cases.model import Letter, LetterTemplate
from directory.cases.queries.access import CaseChangedError
from directory.cases.rules.letters import (
    Field,
    check_template,
    check_values,
)
from directory.cases.rules.sealing import seal_words
from directory.cases.rules.states import Side, Step
from directory.cases.rules.timeline import Kind
from directory.core.crypto import KeyRing
from directory.core.errors import DirectoryError, NotFoundError
from directory.core.files import FileStore
from directory.core.permissions import Permission
from directory.core.work import Work
from directory.inquiries.actions.documents import Sender, put_document
from directory.inquiries.queries import data_key_of
from directory.inquiries.rules.documents import DocumentKind, DocumentSide

TABLE = "invitation_letter"

MEDIA_TYPE = "application/pdf"


class NoTemplateError(DirectoryError):
    """The hospital has not yet written what its letters say."""

    code = "letter.no-template"


class TemplateChangedError(DirectoryError):
    """Somebody changed the template since the page was made."""

    code = "letter.template-changed"


class LetterChangedError(DirectoryError):
    """The letter was taken back before."""

    code = "letter.changed"


def keep_template(work: Work, fields: Mapping[str, str], version: int) -> None:
    """Keep what a hospital's letters say from now on.

    Letters that were given out stay as they are.

    Args:
        work: The transaction.
        fields: Words by :class:`Field`.
        version: As the page showed it; 0 if there was no template.

    Raises:
        RefusedError: If the actor may not answer referrals.
        TemplateRefusedError: If it cannot be filled in.
        TemplateChangedError: If somebody changed it since.
    """
    work.require(Permission.ANSWER_REFERRAL)
    organization, person = work.actor.organization, work.actor.person
    if organization is None or person is None:
        raise NotFoundError(organization=organization)
    check_template(fields)
    kept = {each.value: fields.get(each.value, "").strip() for each in Field}
    row = work.session.scalar(
        select(LetterTemplate)
        .where(LetterTemplate.organization_id == organization)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if (row.version if row else 0) != version:
        raise TemplateChangedError
    if row is None:
        row = LetterTemplate(organization_id=organization, version=0)
        work.session.add(row)
    row.version += 1
    row.fields = kept
    row.changed_by, row.changed_at = person, work.now
    work.session.flush()
    log.record(
        work,
        "letter-template.kept",
        f"organization:{organization}",
        version=row.version,
    )


def give_letter(
    work: Work,
    keys: KeyRing,
    files: FileStore,
    referral: str,
    values: Mapping[str, str],
    pdf: bytes,
    *,
    number: int,
    template_version: int,
    version: int | None = None,
) -> str:
    """Give an invitation letter out as a document of the case; return its id.

    Args:
        work: The transaction.
        keys: To seal it.
        files: Takes its PDF.
        referral: Its id.
        values: What was filled in, by place; days as ISO 8601.
        pdf: The letter, made of this template and these values.
        number: That stands on it; the next of this referral.
        template_version: Of which it was made.
        version: Of the referral, as the page showed it.

    Raises:
        RefusedError: If the actor may not answer referrals.
        NotFoundError: If the referral is not theirs.
        NoTemplateError: If there is no template.
        LetterRefusedError: If something is missing, or cannot be so.
        CaseChangedError: If template or case changed since the PDF was made.
        NotAcceptedError: If the center has not accepted the case.
        FilesUnavailableError: If the PDF could not be kept.
    """
    work.require(Permission.ANSWER_REFERRAL)
    case, row, side = given_by(work, referral, version)
    template = work.session.get(LetterTemplate, work.actor.organization)
    if template is None:
        raise NoTemplateError
    if template.version != template_version:
        raise CaseChangedError
    check_values(template.fields, values, today_there(work))
    last = work.session.scalar(
        select(func.max(Letter.number)).where(Letter.referral_id == row.id)
    )
    if number != (last or 0) + 1:
        raise CaseChangedError
    if work.actor.person is None:
        raise NotFoundError(person=work.actor.name)
    document = put_document(
        work,
        keys,
        files,
        case.inquiry_id,
        Sender(DocumentSide.HOSPITAL, work.actor.organization, row.center),
        f"invitation-letter-{number}.pdf",
        MEDIA_TYPE,
        [pdf],
        kind=DocumentKind.LETTER,
    )
    name = secrets.token_hex(16)
    body = json.dumps(
        {"fields": dict(template.fields), "values": dict(values)},
        ensure_ascii=False,
        separators=(",", ":"),
    )
    key = data_key_of(work.session, keys, case.inquiry_id)
    work.session.add(
        Letter(
            id=name,
            referral_id=row.id,
            number=number,
            body=seal_words(key, TABLE, "body", name, body),
            document_id=document,
            made_by=work.actor.person,
            made_at=work.now,
        )
    )
    row.version += 1
    hand_to(work, keys, case, Side.PATIENT, Step.TRAVEL)
    tell(
        work,
        case,
        Kind.LETTER_GIVEN,
        side=side,
        referral=row,
        letter=name,
        number=number,
    )
    return name


def take_back_letter(
    work: Work, keys: KeyRing, referral: str, letter: str, *, version: int | None = None
) -> None:
    """Take a letter back; it stays to be seen, marked as taken back.

    Raises:
        RefusedError: If the actor may not answer referrals.
        NotFoundError: If it is another referral's.
        LetterChangedError: If it was taken back before.
    """
    work.require(Permission.ANSWER_REFERRAL)
    case, row, side = given_by(work, referral, version)
    found = work.session.scalar(
        select(Letter)
        .where(Letter.id == letter, Letter.referral_id == row.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFoundError(letter=letter)
    if found.taken_back_at is not None:
        raise LetterChangedError
    found.taken_back_at = work.now
    row.version += 1
    hand_to(work, keys, case, Side.HOSPITAL, Step.TRAVEL)
    tell(
        work,
        case,
        Kind.LETTER_TAKEN_BACK,
        side=side,
        referral=row,
        letter=letter,
        number=found.number,
    )
