"""Whatever people do in whatever order, the database agrees with a small model."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
)
from sqlalchemy import select

from directory.audit.model import Entry
from directory.audit.queries import verify
from directory.cases.actions import erasing
from directory.core.actor import VISITOR, system
from directory.core.crypto import KeyRing
from directory.core.db import make_engine, make_sessions
from directory.core.errors import DirectoryError, NotFoundError
from directory.core.retention import Retention
from directory.core.text import Language
from directory.core.work import Work
from directory.inquiries.actions import asking, following
from directory.inquiries.actions.keeping import expire_drafts
from directory.inquiries.model import Consent, Inquiry, Target
from directory.inquiries.queries import draft, tracked
from directory.inquiries.rules.life import State, kept
from tests.conftest import NOW, make_schema
from tests.inquiries.invented import (
    DAUGHTER,
    HEALTH,
    MYELOMA,
    TICKED,
    TWO_CENTERS,
    stock,
)


@dataclass
class Model:
    """What ought to be so of one inquiry."""

    secret: str
    made: float
    parts: set[str] = field(default_factory=set)
    state: str = "draft"
    revision: int = 1
    until: float = 0
    code: str = ""
    open_consents: int = 0


DAY = 86_400.0


class Orders(RuleBasedStateMachine):
    """People, and the program that erases what is old."""

    inquiries = Bundle("inquiries")

    @initialize()
    def begin_world(self) -> None:
        self.folder = TemporaryDirectory()
        url = f"sqlite:///{Path(self.folder.name) / 'd.sqlite'}"
        make_schema(url)
        self.engine = make_engine(url)
        self.session = make_sessions(self.engine)()
        self.keys = KeyRing.new()
        self.seconds = 0.0
        self.models: list[Model] = []
        stock(Work(self.session, system("test"), NOW))

    def teardown(self) -> None:
        if hasattr(self, "session"):
            self.session.close()
            self.engine.dispose()
            self.folder.cleanup()

    def work(self) -> Work:
        return Work(self.session, VISITOR, NOW + timedelta(seconds=self.seconds))

    def is_kept(self, model: Model) -> bool:
        return model.state not in {"gone", "erased"} and self.seconds < model.until

    def keep(self, model: Model, state: str) -> None:
        model.state = state
        model.until = self.seconds + kept(State(state), Retention()).total_seconds()

    @rule(seconds=st.sampled_from([1.0, 5.0, 3600.0, 29 * DAY, 31 * DAY, 731 * DAY]))
    def time_passes(self, seconds: float) -> None:
        self.seconds += seconds

    @rule(target=inquiries)
    def begin(self) -> Model:
        return self.begun()

    def begun(self) -> Model:
        secret = asking.begin(self.work(), self.keys, DAUGHTER, Language.EN)
        model = Model(secret, self.seconds)
        self.keep(model, "draft")
        self.models.append(model)
        return model

    @rule(target=inquiries)
    def ask_all_at_once(self) -> Model:
        model = self.begun()
        for part in ("illness", "choice", "consents"):
            self.saved(model, part)
        self.seconds += 5
        self.sent(model)
        return model

    @rule(
        model=inquiries,
        part=st.sampled_from(["illness", "choice", "consents"]),
    )
    def save(self, model: Model, part: str) -> None:
        self.saved(model, part)

    def saved(self, model: Model, part: str) -> None:
        saves = {
            "illness": lambda: asking.save_illness(
                self.work(), self.keys, model.secret, MYELOMA, HEALTH
            ),
            "choice": lambda: asking.save_choice(
                self.work(), self.keys, model.secret, TWO_CENTERS
            ),
            "consents": lambda: asking.save_consents(
                self.work(), self.keys, model.secret, TICKED
            ),
        }
        may = self.is_kept(model) and model.state == "draft"
        if part == "consents":
            may = may and "choice" in model.parts
        assert self.does(saves[part]) == may
        if may:
            model.parts.add(part)
            model.revision += 1
            self.keep(model, "draft")

    @rule(model=inquiries)
    def send(self, model: Model) -> None:
        self.sent(model)

    def sent(self, model: Model) -> None:
        def act() -> None:
            receipt = asking.ask(self.work(), self.keys, model.secret, model.revision)
            assert receipt is not None
            assert model.code in {"", receipt.code}
            model.code = receipt.code

        is_sent = model.state in {"received", "withdrawn"}
        is_whole = model.parts == {"illness", "choice", "consents"}
        is_old = self.seconds - model.made >= 4
        may = self.is_kept(model) and (is_sent or (is_whole and is_old))
        assert self.does(act) == may
        if may and not is_sent:
            self.keep(model, "received")
            model.open_consents = 3

    @rule(model=inquiries, what=st.sampled_from(["withdraw", "consent", "erase"]))
    def finish(self, model: Model, what: str) -> None:
        def act() -> None:
            if not model.code:
                raise NotFoundError
            work = self.work()
            found = tracked(self.session, self.keys, model.code, now=work.now)
            if what == "withdraw":
                following.withdraw(work, found)
            elif what == "consent":
                following.withdraw_consent(work, found, 3)
            else:
                erasing.erase_as_patient(work, found)

        may = self.is_kept(model) and model.state in {"received", "withdrawn"}
        assert self.does(act) == may
        if not may:
            return
        if what == "erase":
            model.state, model.open_consents = "erased", 0
        elif what == "withdraw" and model.state == "received":
            self.keep(model, "withdrawn")
            model.open_consents = 0
        elif what == "consent" and model.state == "received":
            model.open_consents = 2

    @rule()
    def expire(self) -> None:
        due = [
            model
            for model in self.models
            if model.state not in {"gone", "erased"} and not self.is_kept(model)
        ]
        now = self.work().now
        program = Work(self.session, system("test"), now)
        assert expire_drafts(program) + erasing.expire(program) == len(due)
        for model in due:
            model.state = "gone" if model.state == "draft" else "erased"
            model.open_consents = 0

    def does(self, act: object) -> bool:
        """Tell whether it was allowed; nothing may stay of what was refused."""
        assert callable(act)
        with self.session.begin_nested() as point:
            try:
                act()
            except DirectoryError:
                point.rollback()
                return False
        return True

    @invariant()
    def database_agrees(self) -> None:
        if not hasattr(self, "session"):
            return
        self.session.flush()
        rows = self.session.scalars(select(Inquiry)).all()
        expected = sorted(m.state for m in self.models if m.state != "gone")
        assert sorted(row.state for row in rows) == expected
        for row in rows:
            is_empty = row.wrapped_key is None and row.person is None
            assert is_empty == (row.state == "erased")
        live = self.session.scalars(
            select(Consent).where(Consent.withdrawn_at.is_(None))
        ).all()
        assert len(live) == sum(model.open_consents for model in self.models)
        whole = {row.id for row in rows if row.state in {"received", "withdrawn"}}
        targets = self.session.scalars(select(Target.inquiry_id)).all()
        assert sorted(targets) == sorted([*whole, *whole])

    @invariant()
    def a_draft_is_found_as_long_as_it_is_kept(self) -> None:
        if not hasattr(self, "session"):
            return
        now = self.work().now
        for model in self.models:
            try:
                found = draft(self.session, self.keys, model.secret, now=now)
            except NotFoundError:
                assert not self.is_kept(model)
            else:
                assert self.is_kept(model)
                assert found.state == model.state

    @invariant()
    def the_log_is_whole(self) -> None:
        if not hasattr(self, "session"):
            return
        assert verify(self.session).broken_at is None
        received = [m for m in self.models if m.code]
        events = self.session.scalars(select(Entry.event)).all()
        assert events.count("inquiry.received") == len(received)


TestOrders = Orders.TestCase
TestOrders.settings = settings(
    max_examples=25,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
