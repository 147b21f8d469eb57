"""Whoever keeps deadlines is killed; nothing is done twice, and all of it at last."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter

import pytest
from sqlalchemy import func, select

from directory.accounts.rules.roles import OrganizationKind
from directory.audit.queries import verify
from directory.cases.actions.consenting import give_consent
from directory.cases.model import Case, Move, Referral
from directory.cases.rules.timeline import Kind
from directory.core.actor import VISITOR, system
from directory.core.crypto import KeyRing
from directory.core.db import make_engine, make_sessions
from directory.core.work import Work
from directory.inquiries.rules.consents import Ticked
from directory.jobs.deadlines import round_of_deadlines
from directory.outbox.model import Promise
from tests.cases.people import CENTERS, ask, keeper
from tests.conftest import NOW, ROOT
from tests.faults.deadline_kills import tools
from tests.inquiries.invented import SHARE, stock

KILLS = int(os.environ.get("DIRECTORY_TESTS_KILLS", "10"))
CASES = KILLS * 5
SEED = 1123


def fill(url: str, ring: KeyRing) -> None:
    """Send inquiries of which the second center is asked when the first is silent."""
    engine = make_engine(url)
    with make_sessions(engine)() as session:
        work = Work(session, system("test"), NOW)
        stock(work)
        for slug in CENTERS:
            keeper(work, slug, OrganizationKind.HOSPITAL)
        session.commit()
        for _ in range(CASES):
            _code, inquiry = ask(work, ring)
            give_consent(
                Work(session, VISITOR, NOW),
                inquiry,
                Ticked(wording=SHARE, recipient="center:west-invented"),
            )
            session.commit()
    engine.dispose()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="it forks")
def test_killed_rounds_offer_nothing_twice_and_leave_nothing_out(
    database_url, tmp_path
):
    ring = KeyRing.new()
    (tmp_path / "ring").write_text(ring.words)
    fill(database_url, ring)

    done = subprocess.run(
        [
            *(sys.executable, "-m", "tests.faults.deadline_kills"),
            *(database_url, str(tmp_path / "ring"), str(KILLS), str(SEED)),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60 + 5 * KILLS,
    )

    assert done.returncode == 0, done.stderr
    rounds = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one for one in rounds if not one["killed"]] == [], done.stderr
    assert len(rounds) == KILLS
    mine = tools(database_url, ring.words)
    with mine.reading() as session:
        before = session.scalar(
            select(func.count()).where(Move.kind == Kind.EXPIRED.value)
        )
    left = 0
    while found := round_of_deadlines(mine):
        left += found
    with mine.reading() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == CASES
        asked = Counter(
            (center, state)
            for center, state in session.execute(
                select(Referral.center, Referral.state)
            )
        )
        # Each first center was silent; the second was asked once, and is silent too.
        assert sum(asked.values()) == 2 * CASES
        assert {center for center, _state in asked} == set(CENTERS)
        assert asked[("east-invented", "expired")] == CASES
        assert asked[("west-invented", "offered")] == CASES
        told = Counter(
            tuple(row)
            for row in session.execute(
                select(Move.case_id, Move.kind, Move.referral_id).where(
                    Move.kind.in_((Kind.EXPIRED.value, Kind.OFFERED.value))
                )
            )
        )
        assert set(told.values()) == {1}
        assert len(told) == 3 * CASES
        notices = session.scalars(
            select(Move).where(
                Move.kind.in_((Kind.REMINDED.value, Kind.ESCALATED.value))
            )
        ).all()
        once = Counter(
            (one.case_id, one.referral_id, one.facts["level"]) for one in notices
        )
        assert set(once.values()) == {1}
        assert (
            session.scalars(select(Case.due_at).where(Case.due_at.is_(None))).all()
            == []
        )
        lines = session.scalar(select(func.count()).select_from(Move))
        promises = session.scalar(
            select(func.count()).where(Promise.kind == "case.news")
        )
        assert promises == lines
        assert verify(session).broken_at is None
    mine.engine.dispose()
    # The kills did come while there was work.
    assert left > 0
    sys.stdout.write(
        f"{KILLS} kills, {CASES} cases: {before} offered onward before the last kill,"
        f" {CASES} once each at last, {len(notices)} notices, none twice\n"
    )
