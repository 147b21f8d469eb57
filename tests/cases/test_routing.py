"""Rule sets go from draft to force, one at a time; replays change nothing."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from directory.audit.model import Entry
from directory.cases.actions import routing
from directory.cases.actions.routing import NoDraftError, RulesChangedError
from directory.cases.model import Case, Move, Referral, RuleSet
from directory.cases.queries import routing as queries
from directory.cases.queries.replay import BATCH, replay
from directory.cases.rules.routing import Certainty
from directory.cases.rules.rule_documents import RuleSetDocument
from directory.cases.rules.rule_texts import checked, digest
from directory.cli.seed_files import read
from directory.core.actor import Role
from directory.core.errors import NotFoundError, RefusedError
from directory.inquiries.model import Inquiry
from tests.conftest import ROOT
from tests.submissions.people import acting

FIRST = checked(read(ROOT / "seed" / "routing" / "rules.yaml"))


def document(*rules, note=""):
    return RuleSetDocument.model_validate_json(
        json.dumps({"format": 1, "note": note, "rules": rules})
    )


LOAD = {"name": "busy", "check": {"about": "load", "at_least": 1}, "verdict": "exclude"}
CITY = {"name": "city", "check": {"about": "city-wished"}, "verdict": "must"}
ICU = {
    "name": "icu",
    "check": {"about": "capability", "key": "icu"},
    "verdict": "prefer",
    "weight": 1,
}


@pytest.fixture
def admin(work):
    return acting(work, Role.ADMIN)


def state(work, version):
    return work.session.get_one(RuleSet, version, populate_existing=True).state


def test_the_first_set_is_brought_once_and_nobody_made_it(work):
    assert routing.bring_rules(work, FIRST) is True
    assert routing.bring_rules(work, FIRST) is False

    found = queries.in_force(work.session)
    assert (found.version, found.is_brought, found.digest) == (1, True, digest(FIRST))
    assert found.document.rules == FIRST.rules


def test_a_draft_is_put_in_force_and_the_old_set_is_retired(work, admin):
    routing.bring_rules(work, FIRST)
    version = routing.draft_rules(admin, document(LOAD, note="Spread it"))

    routing.put_in_force(admin, version, seen=digest(document(LOAD)))

    assert version == 2
    assert (state(work, 1), state(work, 2)) == ("retired", "in-force")
    logged = work.session.query(Entry.event, Entry.subject).order_by(Entry.seq).all()
    assert [tuple(each) for each in logged] == [
        ("rules.put-in-force", "rules:1"),
        ("rules.drafted", "rules:2"),
        ("rules.put-in-force", "rules:2"),
    ]


def test_a_set_in_force_is_never_changed(work, admin):
    routing.bring_rules(work, FIRST)

    for change in (
        lambda: routing.change_rules(admin, 1, document(LOAD), seen=digest(FIRST)),
        lambda: routing.put_in_force(admin, 1, seen=digest(FIRST)),
        lambda: routing.discard_rules(admin, 1, seen=digest(FIRST)),
    ):
        with pytest.raises(NoDraftError):
            change()


def test_a_draft_that_changed_meanwhile_is_not_overwritten(admin):
    version = routing.draft_rules(admin, document(LOAD))
    seen = digest(document(LOAD))
    routing.change_rules(admin, version, document(CITY), seen=seen)

    for late in (
        lambda: routing.change_rules(admin, version, document(ICU), seen=seen),
        lambda: routing.put_in_force(admin, version, seen=seen),
        lambda: routing.discard_rules(admin, version, seen=seen),
    ):
        with pytest.raises(RulesChangedError):
            late()
    found = queries.rule_set(admin.session, admin.actor, version)
    assert found.document.rules == document(CITY).rules


def test_a_number_is_never_given_again(admin):
    version = routing.draft_rules(admin, document(LOAD))
    routing.discard_rules(admin, version, seen=digest(document(LOAD)))

    assert routing.draft_rules(admin, document(CITY)) == version + 1


def test_facilitators_read_rules_and_do_not_write_them(people, work):
    routing.bring_rules(work, FIRST)

    assert queries.rule_sets(work.session, people.owner.actor)
    with pytest.raises(RefusedError):
        routing.draft_rules(people.owner, document(LOAD))
    with pytest.raises(RefusedError):
        queries.rule_sets(work.session, people.east.actor)
    with pytest.raises(NotFoundError):
        queries.rule_set(work.session, people.owner.actor, 99)


def test_centers_are_proposed_with_the_version_that_did(people, work):
    routing.bring_rules(work, FIRST)
    case = people.row()

    found = queries.proposals(
        work.session, people.keys, case, today=people.owner.now.date()
    )

    assert found.version == 1
    assert [each.center for each in found.included] == [
        "west-invented",
        "north-invented",
        "south-invented",
    ]
    assert [each.center for each in found.excluded] == ["east-invented"]
    assert found.excluded[0].against[0].rule == "already-asked"
    assert found.included[0].certainty.known < found.included[0].certainty.asked
    assert isinstance(found.included[0].certainty, Certainty)


def test_without_rules_centers_come_by_load_and_name(people, work):
    found = queries.proposals(
        work.session, people.keys, people.row(), today=people.owner.now.date()
    )

    assert found.version is None
    assert [each.center for each in found.included] == [
        "north-invented",
        "south-invented",
        "west-invented",
        "east-invented",
    ]


def test_another_organizations_case_is_not_found_by_its_number(people, work):
    reference = people.row().reference

    found = queries.case_called(work.session, people.owner.actor, reference)
    assert found.id == people.case
    with pytest.raises(NotFoundError):
        queries.case_called(work.session, people.east.actor, reference)


def run(people, admin, before, after, days=30, later=timedelta(hours=1)):
    found, lines = replay(
        admin.session,
        people.keys,
        admin.actor,
        before=before.rules,
        after=after.rules,
        days=days,
        now=people.owner.now + later,
        today=people.owner.now.date(),
    )
    return found, list(lines)


def test_a_replay_says_what_would_change_and_changes_nothing(people, work, admin):
    reference = people.row().reference
    counts = [work.session.query(row).count() for row in (Case, Move, Referral, Entry)]

    found, lines = run(people, admin, document(ICU), document(LOAD, CITY))

    assert [line.reference for line in lines] == [reference]
    assert (found.cases, found.erased) == (1, 0)
    assert found.before.silent == ("icu",)
    assert found.after.silent == ("busy", "city")
    assert counts == [
        work.session.query(row).count() for row in (Case, Move, Referral, Entry)
    ]


def test_a_replay_counts_its_own_first_choices_as_load(people, admin):
    """The center that has a referral in truth has none when a replay begins."""
    found, lines = run(people, admin, document(ICU), document(LOAD))

    assert lines[0].before == lines[0].after == "east-invented"
    assert found.centers == ("east-invented",)


def test_a_replay_leaves_out_older_and_erased_cases(people, work, admin):
    none, _ = run(people, admin, FIRST, FIRST, days=1, later=timedelta(days=3))
    row = work.session.get_one(Inquiry, people.inquiry)
    for column in ("wrapped_key", "wrapped_by", "person", "illness", "wishes"):
        setattr(row, column, None)
    row.receipt_digest = row.draft_digest = row.erase_after = None
    row.state, row.erased_at = "erased", people.owner.now
    work.session.flush()
    erased, lines = run(people, admin, FIRST, FIRST)

    assert none.cases == 0
    assert (erased.cases, erased.erased, lines) == (0, 1, [])


def test_only_who_writes_rules_may_replay(people):
    with pytest.raises(RefusedError):
        run(people, people.owner, FIRST, FIRST)


def add_erased(work, organization, count):
    """Add cases whose inquiries were erased; ten of them at each moment."""
    for number in range(count):
        at = work.now - timedelta(minutes=number // 10)
        inquiry = Inquiry(
            id=f"{number:036}",
            state="erased",
            revision=1,
            language="en",
            made_at=at,
            changed_at=at,
            sent_at=at,
            erased_at=at,
        )
        work.session.add(inquiry)
        work.session.flush()
        work.session.add(
            Case(
                id=f"{number:032}",
                inquiry_id=inquiry.id,
                reference=f"{number:09}",
                organization_id=organization,
                step=1,
                state="closed",
                closing="withdrew",
                version=1,
                opened_at=at,
                step_since=at,
                closed_at=at,
            )
        )
    work.session.flush()


def test_a_replay_takes_every_case_once_however_many_there_are(people, work, admin):
    add_erased(work, people.owner.actor.organization, 2 * BATCH + 15)

    found, lines = run(people, admin, FIRST, FIRST)

    assert (found.erased, found.cases, len(lines)) == (2 * BATCH + 15, 1, 1)
