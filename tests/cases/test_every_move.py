"""Whatever everybody does to a case in whatever order, it keeps what it promises.

The suite runs a few hundred steps; ``DIRECTORY_TESTS_CASE_STEPS=12000`` runs as many.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import func, select

from directory.audit.model import Entry
from directory.audit.queries import verify
from directory.cases.actions import assigning, moving, referring
from directory.cases.actions.consenting import give_consent, take_back_consent
from directory.cases.actions.deadlines import due_cases, keep_deadlines
from directory.cases.actions.reading import read_referral
from directory.cases.actions.talking import (
    more_sent,
    say,
    say_as_hospital,
    say_as_patient,
)
from directory.cases.model import Case, Move, Referral
from directory.cases.queries.access import referred_case, shared
from directory.cases.rules.states import (
    Closing,
    Decline,
    Lack,
    PauseReason,
    ReferralState,
    Side,
    Step,
)
from directory.core.db import make_engine, make_sessions
from directory.core.errors import DirectoryError, NotFoundError
from directory.core.work import Work
from directory.inquiries.model import Consent
from directory.inquiries.rules.consents import Purpose, Ticked
from tests.cases.staging import (
    BECOMES,
    CENTERS,
    LEGAL,
    OPEN,
    RECIPIENTS,
    SEEN,
    stage,
)
from tests.inquiries.invented import SHARE, TRANSFER

STEPS = int(os.environ.get("DIRECTORY_TESTS_CASE_STEPS", "400"))
EACH = 50
"""Steps of one case."""

WRITERS = ("owner", "hospital", "patient")

steps_taken: Counter[str] = Counter()


class Moves(RuleBasedStateMachine):
    """A patient, two owners, two hospitals, the program, and the clock."""

    folder: TemporaryDirectory[str]

    @initialize()
    def begin(self) -> None:
        found = stage()
        self.folder = TemporaryDirectory(prefix="every-move-")
        file = Path(self.folder.name) / "case.db"
        shutil.copy(found.file, file)
        self.engine = make_engine(f"sqlite:///{file}")
        self.session = make_sessions(self.engine)()
        self.people = replace(
            found.cast,
            **{
                name: replace(getattr(found.cast, name), session=self.session)
                for name in ("patient", "owner", "east", "west", "program")
            },
        )
        self.bridge = replace(found.bridge, session=self.session)
        self.bridge_office = found.bridge_office
        self.office = self.people.row().organization_id
        self.now = self.people.patient.now
        self.count = 0
        self.remember()

    def teardown(self) -> None:
        if hasattr(self, "session"):
            assert verify(self.session).broken_at is None
            self.session.close()
            self.engine.dispose()
            self.folder.cleanup()

    # Who acts

    def at(self, work: Work) -> Work:
        return replace(work, now=self.now)

    @property
    def patient(self) -> Work:
        return self.at(self.people.patient)

    @property
    def owner(self) -> Work:
        """Return one of the people of whoever owns the case now."""
        is_office = self.case.organization_id == self.office
        return self.at(self.people.owner if is_office else self.bridge)

    def hospital(self, center: str) -> Work:
        work = self.people.west if center == "west-invented" else self.people.east
        return self.at(work)

    # What there is

    @property
    def case(self) -> Case:
        return self.session.get_one(Case, self.people.case)

    def referrals(self) -> list[Referral]:
        found = self.session.scalars(
            select(Referral)
            .where(Referral.case_id == self.people.case)
            .order_by(Referral.made_at, Referral.place, Referral.id)
        )
        return list(found)

    def one(self, which: int) -> Referral:
        """Return one of the referrals, more often one of the last."""
        found = self.referrals()
        if not found:
            raise NotFoundError
        return found[-1 - which % len(found)]

    def live(self) -> frozenset[str]:
        return shared(self.session, self.people.inquiry)

    def remember(self) -> None:
        case = self.case
        self.step_before = case.step
        self.states_before = {row.id: row.state for row in self.referrals()}
        self.version_before = case.version

    def do(self, name: str, act: Callable[[], object]) -> bool:
        """Do something in a transaction; return whether it was not refused."""
        self.remember()
        self.count += 1
        try:
            act()
        except DirectoryError as error:
            self.session.rollback()
            steps_taken[f"{name} refused: {error.code}"] += 1
            return False
        self.session.commit()
        steps_taken[name] += 1
        return True

    # What they do

    @rule(to=st.sampled_from(Step), side=st.sampled_from(Side))
    def owner_moves(self, to: Step, side: Side) -> None:
        self.do(
            "owner moves",
            lambda: moving.move_step(
                self.owner,
                self.people.case,
                to,
                waits_for=side,
                version=self.case.version,
                keys=self.people.keys,
            ),
        )

    @rule(which=st.integers(0, 3), jump=st.integers(0, 4), side=st.sampled_from(Side))
    def hospital_moves(self, which: int, jump: int, side: Side) -> None:
        def act() -> None:
            row = self.one(which)
            # Mostly a step of the pathway, now and then any other.
            legal = sorted(LEGAL[self.case.step])
            to = legal[0] if legal and jump else 1 + (jump + which) % 9
            if jump == 4 and len(legal) > 1:
                to = legal[1]
            moving.move_step_as_hospital(
                self.hospital(row.center),
                row.id,
                Step(to),
                waits_for=side,
                version=row.version,
            )

        self.do("hospital moves", act)

    @rule(side=st.sampled_from(Side))
    def waits(self, side: Side) -> None:
        self.do(
            "owner waits",
            lambda: moving.wait_for(
                self.owner, self.people.case, side, self.case.version
            ),
        )

    @rule(days=st.integers(-1, 190), reason=st.sampled_from(PauseReason))
    def pauses(self, days: int, reason: PauseReason) -> None:
        until = self.now.date() + timedelta(days=days)
        self.do(
            "pause",
            lambda: moving.pause(
                self.owner, self.people.case, reason, until, self.case.version
            ),
        )

    @rule()
    def resumes(self) -> None:
        self.do(
            "resume",
            lambda: moving.resume(self.owner, self.people.case, self.case.version),
        )

    @rule(
        code=st.sampled_from(Closing), by_patient=st.booleans(), rare=st.integers(0, 4)
    )
    def closes(self, code: Closing, by_patient: bool, rare: int) -> None:
        if rare:
            return
        if by_patient:
            self.do(
                "patient closes",
                lambda: moving.close_as_patient(
                    self.patient, self.people.inquiry, code
                ),
            )
        else:
            self.do(
                "owner closes",
                lambda: moving.close(
                    self.owner, self.people.case, code, self.case.version
                ),
            )

    @rule()
    def reopens(self) -> None:
        self.do(
            "reopen",
            lambda: moving.reopen(self.owner, self.people.case, self.case.version),
        )

    @rule(mine=st.booleans())
    def assigns(self, mine: bool) -> None:
        self.do(
            "assign",
            lambda: assigning.assign(
                self.owner,
                self.people.case,
                self.owner.actor.person if mine else None,
                self.case.version,
            ),
        )

    @rule(to_office=st.booleans())
    def hands_over(self, to_office: bool) -> None:
        to = self.office if to_office else self.bridge_office
        self.do(
            "hand over",
            lambda: assigning.hand_over(
                self.owner, self.people.case, to, self.case.version
            ),
        )

    @rule(centers=st.lists(st.sampled_from(CENTERS), min_size=1, max_size=2))
    def proposes(self, centers: list[str]) -> None:
        self.do(
            "propose",
            lambda: referring.propose(
                self.owner,
                self.people.keys,
                self.people.case,
                centers,
                reasons=dict.fromkeys(centers, "[]"),
                rules_version=None,
                version=self.case.version,
            ),
        )

    @rule(which=st.integers(0, 3), agrees=st.booleans())
    def patient_decides(self, which: int, agrees: bool) -> None:
        def act() -> None:
            row = self.one(which)
            if agrees:
                referring.agree_to(
                    self.patient, self.people.keys, self.people.inquiry, row.id, SHARE
                )
            else:
                referring.refuse(self.patient, self.people.inquiry, row.id)

        self.do("patient agrees" if agrees else "patient refuses", act)

    @rule(
        which=st.integers(0, 3),
        what=st.sampled_from(("accept", "accept", "accept", "more", "decline")),
        is_late=st.booleans(),
    )
    def hospital_answers(self, which: int, what: str, is_late: bool) -> None:
        """Answer, also on a page that is old, or of a referral that ended."""

        def act() -> None:
            row = self.one(which)
            work, keys = self.hospital(row.center), self.people.keys
            version = row.version - (is_late and what == "more")
            if what == "accept":
                referring.accept(work, row.id, version)
            elif what == "more":
                referring.need_more(work, keys, row.id, [Lack.BLOOD], "", version)
            else:
                referring.decline(work, keys, row.id, Decline.CAPACITY, "", version)

        self.do(f"hospital answers {what}", act)

    @rule(which=st.integers(0, 3), accepts=st.booleans())
    def owner_answers(self, which: int, accepts: bool) -> None:
        answer = (
            referring.Answer(ReferralState.ACCEPTED)
            if accepts
            else referring.Answer(ReferralState.DECLINED, code=Decline.NO_PRODUCT)
        )
        self.do(
            "owner answers for a center",
            lambda: referring.answer_for(
                self.owner,
                self.people.keys,
                self.people.case,
                self.one(which).id,
                answer,
                self.case.version,
            ),
        )

    @rule(which=st.integers(0, 3))
    def leads(self, which: int) -> None:
        self.do(
            "lead",
            lambda: referring.lead(
                self.owner, self.people.case, self.one(which).id, self.case.version
            ),
        )

    @rule(which=st.integers(0, 3), rare=st.integers(0, 2))
    def ends(self, which: int, rare: int) -> None:
        if not rare:
            self.do(
                "end referral",
                lambda: referring.end_referral(
                    self.owner, self.people.case, self.one(which).id
                ),
            )

    @rule(which=st.integers(0, 3))
    def sends_more(self, which: int) -> None:
        self.do(
            "patient sends more",
            lambda: more_sent(
                self.patient, self.people.keys, self.people.inquiry, self.one(which).id
            ),
        )

    @rule(whom=st.sampled_from(RECIPIENTS))
    def consents(self, whom: str | None) -> None:
        ticked = (
            Ticked(wording=SHARE, recipient=whom) if whom else Ticked(wording=TRANSFER)
        )
        self.do(
            "give consent",
            lambda: give_consent(self.patient, self.people.inquiry, ticked),
        )

    @rule(which=st.integers(0, 5), rare=st.integers(0, 19))
    def takes_back(self, which: int, rare: int) -> None:
        rows = self.session.scalars(
            select(Consent).where(
                Consent.inquiry_id == self.people.inquiry,
                Consent.withdrawn_at.is_(None),
                # Without consent to health data everything ends for good.
                Consent.purpose.is_not(None)
                if not rare
                else Consent.purpose != Purpose.HEALTH.value,
            )
        ).all()
        if rows:
            place = rows[which % len(rows)].place
            self.do(
                "take consent back",
                lambda: take_back_consent(
                    self.patient, self.people.keys, self.people.inquiry, place
                ),
            )

    @rule(which=st.integers(0, 4), side=st.sampled_from(WRITERS))
    def writes(self, which: int, side: str) -> None:
        """Write to somebody; nobody does without consent."""
        live, form = self.live(), secrets.token_hex(16)
        reached: list[Referral] = []

        def act() -> None:
            row = self.one(which) if which < 4 else None
            keys, name = self.people.keys, row.id if row else None
            if row is not None:
                reached.append(row)
            if side == "owner":
                say(self.owner, keys, self.people.case, name, "Hello.", form, "en")
            elif side == "patient":
                say_as_patient(
                    self.patient, keys, self.people.inquiry, name, "Hi.", form, "en"
                )
            elif row is not None:
                work = self.hospital(row.center)
                say_as_hospital(work, keys, row.id, "Hi.", form, "en")

        if self.do(f"{side} writes", act):
            for row in reached:
                assert f"center:{row.center}" in live
                assert row.state in SEEN

    @rule(which=st.integers(0, 3))
    def reads(self, which: int) -> None:
        def act() -> None:
            row = self.one(which)
            read_referral(self.hospital(row.center), self.people.keys, row.id)
            assert f"center:{row.center}" in self.live()
            assert row.state in SEEN

        self.do("hospital reads", act)

    @rule(hours=st.sampled_from((1, 12, 24, 72, 200, 800)))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        self.count += 1
        steps_taken["time passes"] += 1

    @rule()
    def deadlines_are_kept(self) -> None:
        def act() -> None:
            program = self.at(self.people.program)
            for name in due_cases(program):
                keep_deadlines(program, self.people.keys, name)

        self.do("deadlines kept", act)

    @rule(which=st.integers(0, 2))
    def all_goes_well(self, which: int) -> None:
        """Do what is to be done next, so that runs come far."""
        case = self.case
        seen = [row for row in self.referrals() if row.state in SEEN]
        if case.state == "paused":
            self.resumes()
        elif case.state == "closed":
            self.reopens()
        elif not seen:
            center = CENTERS[which]
            self.consents(None)
            self.consents(f"center:{center}")
            self.proposes([center])
        elif all(row.state != "accepted" for row in seen):
            row = seen[0]
            if row.organization_id is None:
                self.owner_answers_for(row, ReferralState.ACCEPTED)
            else:
                self.do(
                    "hospital answers accept",
                    lambda: referring.accept(
                        self.hospital(row.center), row.id, row.version
                    ),
                )
        else:
            self._one_step_on(
                next(row for row in seen if row.state == "accepted"),
                sorted(LEGAL[case.step], reverse=True),
                which,
            )

    def owner_answers_for(self, row: Referral, state: ReferralState) -> None:
        self.do(
            "owner answers for a center",
            lambda: referring.answer_for(
                self.owner,
                self.people.keys,
                self.people.case,
                row.id,
                referring.Answer(state, code=None),
                self.case.version,
            ),
        )

    def _one_step_on(self, row: Referral, open_to: list[int], which: int) -> None:
        if not open_to:
            return
        to = Step(open_to[which // 2 % len(open_to)])
        if row.organization_id is None:
            self.owner_moves(to, Side.HOSPITAL)
        else:
            self.do(
                "hospital moves",
                lambda: moving.move_step_as_hospital(
                    self.hospital(row.center),
                    row.id,
                    to,
                    waits_for=Side.PATIENT,
                    version=row.version,
                ),
            )

    # What is always so

    @invariant()
    def it_keeps_what_it_promises(self) -> None:
        if not hasattr(self, "session"):
            return
        self.session.expire_all()
        case, rows = self.case, self.referrals()
        live = self.live()
        is_open = case.state != "closed"
        assert case.organization_id is not None
        assert (case.due_at is not None) is is_open
        if case.step != self.step_before:
            assert case.step in LEGAL[self.step_before]
        for row in rows:
            before = self.states_before.get(row.id)
            if before is None:
                assert row.state in {"proposed", "offered", "declined"}
            elif before != row.state:
                assert row.state in BECOMES[before]
            assert (row.due_at is not None) is (row.state in OPEN - {"accepted"})
            if row.state in OPEN:
                assert is_open
            if row.state in SEEN:
                assert f"center:{row.center}" in live
            if row.organization_id is not None and row.state not in SEEN:
                with pytest.raises(NotFoundError):
                    referred_case(self.session, self.hospital(row.center).actor, row.id)
        if case.state == "waiting-for-hospital":
            assert any(row.state in SEEN for row in rows)
        assert sum(row.is_leading and row.state in OPEN for row in rows) <= 1
        if is_open and case.organization_id != self.office:
            assert "facilitator:bridge-invented" in live

    @invariant()
    def the_timeline_is_the_log(self) -> None:
        if not hasattr(self, "session"):
            return
        name = self.people.case
        lines = dict(
            self.session.execute(
                select(Move.kind, func.count())
                .where(Move.case_id == name)
                .group_by(Move.kind)
            ).all()
        )
        entries = dict(
            self.session.execute(
                select(Entry.event, func.count())
                .where(Entry.subject == f"case:{name}", Entry.event.in_(lines))
                .group_by(Entry.event)
            ).all()
        )
        assert lines == entries
        last = self.session.scalar(
            select(Move).where(Move.case_id == name).order_by(Move.id.desc()).limit(1)
        )
        assert last is not None
        case = self.case
        assert (last.step, last.state) == (case.step, case.state)


TestMoves = Moves.TestCase
TestMoves.settings = settings(
    max_examples=max(1, STEPS // EACH),
    stateful_step_count=EACH,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module", autouse=True)
def _figures() -> Iterator[None]:
    """Say how many steps were taken, and of which kinds."""
    yield
    sys.stdout.write(f"{steps_taken.total()} steps\n")
    for name, count in steps_taken.most_common():
        sys.stdout.write(f"  {count:6} {name}\n")
