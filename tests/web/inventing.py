"""Invented cases for tests of pages, with an organization of the test's own."""

from __future__ import annotations

from random import Random

from directory.cases.model import Case
from directory.cli.demo_cases import invent_case
from directory.core.actor import system
from directory.core.work import Work
from directory.inquiries.rules.answers import Choice, Whom
from tests.web.desk import Desk


def invent(desk: Desk, organization: int | None, seed: int = 1) -> str:
    """Add a case that an organization owns; return what staff call it."""
    keys = desk.tools.keys
    assert keys is not None
    with desk.tools.sessions.begin() as session:
        work = Work(session, system("test"), desk.clock())
        case = invent_case(work, keys, Choice(whom=Whom.ADVISE), Random(seed))
        if organization is not None:
            case.organization_id = organization
        session.flush()
        return case.reference


def row(desk: Desk, reference: str) -> Case:
    """Return a case as it is now."""
    with desk.session() as session:
        return session.query(Case).filter_by(reference=reference).one()
