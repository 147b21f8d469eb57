"""Whatever changes something writes down that it did."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from tests.house.test_permissions import FUNCTIONS, actions, takes_work

SIGNING_IN = "the sign-in that it belongs to is written down"
BUSY = "a moment of use, written many times a day"
SEALED = "an answer on its way, of somebody who has sent nothing yet"
WITHIN = "a part of what the calling action writes down"
QUEUE = "the queue is a record of its own"
NOBODY = "says nothing about anybody and holds no right"
SAME = "the same words under another key"

UNRECORDED: Mapping[str, str] = {
    "directory/accounts/actions/factors.py:use_app_code": SIGNING_IN,
    "directory/accounts/actions/factors.py:use_passkey": SIGNING_IN,
    "directory/accounts/actions/signing_in.py:count_attempt": SIGNING_IN,
    "directory/accounts/actions/signing_in.py:forget_attempts": SIGNING_IN,
    "directory/accounts/actions/signing_in.py:note_seen": BUSY,
    "directory/accounts/actions/signing_in.py:spend": SIGNING_IN,
    "directory/accounts/actions/tokens.py:note_use": BUSY,
    "directory/cases/actions/caring.py:hand_to": WITHIN,
    "directory/cases/actions/viewing.py:note_seen": BUSY,
    "directory/cases/actions/due.py:settle": WITHIN,
    "directory/cases/actions/due.py:wait": WITHIN,
    "directory/cases/actions/due.py:wait_at": WITHIN,
    "directory/cases/actions/news.py:fan_out": QUEUE,
    "directory/cases/actions/news.py:see_news": BUSY,
    "directory/inquiries/actions/asking.py:begin": SEALED,
    "directory/inquiries/actions/asking.py:discard": SEALED,
    "directory/inquiries/actions/asking.py:save_choice": SEALED,
    "directory/inquiries/actions/asking.py:save_consents": SEALED,
    "directory/inquiries/actions/asking.py:save_illness": SEALED,
    "directory/inquiries/actions/asking.py:save_person": SEALED,
    "directory/inquiries/actions/documents.py:add_part": WITHIN,
    "directory/inquiries/actions/asking.py:keep_wordings": WITHIN,
    "directory/inquiries/actions/document_checks.py:promise_checks": QUEUE,
    "directory/inquiries/actions/rows.py:end": WITHIN,
    "directory/inquiries/actions/rows.py:forget_file": WITHIN,
    "directory/inquiries/actions/rows.py:forget_files": WITHIN,
    "directory/inquiries/actions/rows.py:shred": WITHIN,
    "directory/knowledge/actions.py:source_id": WITHIN,
    "directory/knowledge/actions.py:source_ids": WITHIN,
    "directory/outbox/actions.py:announce": WITHIN,
    "directory/outbox/actions.py:claim": QUEUE,
    "directory/outbox/actions.py:declare_dead": QUEUE,
    "directory/outbox/actions.py:fail": QUEUE,
    "directory/outbox/actions.py:forget_kept": QUEUE,
    "directory/outbox/actions.py:keep": QUEUE,
    "directory/outbox/actions.py:promise": WITHIN,
    "directory/outbox/actions.py:try_again": WITHIN,
    "directory/search/actions.py:forget_unanswered": NOBODY,
    "directory/search/actions.py:keep_unanswered": NOBODY,
    "directory/submissions/actions/corrections.py:rewrap_addresses": SAME,
    "directory/submissions/actions/drafting.py:hold": WITHIN,
    "directory/submissions/actions/evidence_checks.py:forget_object": WITHIN,
    "directory/submissions/actions/evidence_checks.py:promise_checks": QUEUE,
    "directory/submissions/actions/evidence_checks.py:rewrap": SAME,
    "directory/submissions/actions/proposals.py:forget_fields": WITHIN,
    "directory/submissions/actions/proposals.py:hand_in": WITHIN,
    "directory/submissions/actions/proposals.py:write_fields": WITHIN,
}
"""Actions that change something and write no entry, and why."""

RECORD = "directory/audit/actions.py:record"

CHANGING = {"add", "add_all", "merge", "delete"}
"""Methods of a session that change rows."""

STATEMENTS = {"update", "delete", "insert"}
"""Statements that do."""


@dataclass(frozen=True)
class Known:
    """A function of an actions room.

    Args:
        changes: Whether it changes rows itself.
        calls: Functions of actions rooms that it calls.
        is_action: Whether others call it with a unit of work.
    """

    changes: bool
    calls: frozenset[str]
    is_action: bool


def changes(function: ast.AST) -> bool:
    """Tell whether a function changes rows: through a session, or an attribute."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            called = node.func
            if isinstance(called, ast.Name) and called.id in STATEMENTS:
                return True
            if (
                isinstance(called, ast.Attribute)
                and called.attr in CHANGING
                and isinstance(called.value, ast.Attribute)
                and called.value.attr == "session"
            ):
                return True
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            return True
    return False


def imported(tree: ast.Module) -> tuple[dict[str, str], dict[str, str]]:
    """Return where names come from: functions, and modules under another name."""
    functions, rooms = {}, {}
    for node in tree.body:
        if not isinstance(node, ast.ImportFrom) or node.module is None:
            continue
        for alias in node.names:
            name = alias.asname or alias.name
            functions[name] = f"{node.module.replace('.', '/')}.py:{alias.name}"
            rooms[name] = f"{node.module}.{alias.name}".replace(".", "/") + ".py"
    return functions, rooms


def known(trees: Mapping[str, ast.Module]) -> dict[str, Known]:
    """Return every function of these modules, by path and name."""
    found = {}
    for path, tree in trees.items():
        functions, rooms = imported(tree)
        own = {item.name for item in tree.body if isinstance(item, FUNCTIONS)}
        for item in tree.body:
            if not isinstance(item, FUNCTIONS):
                continue
            calls = set()
            for node in ast.walk(item):
                if not isinstance(node, ast.Call):
                    continue
                called = node.func
                if isinstance(called, ast.Name):
                    name = called.id
                    calls.add(
                        f"{path}:{name}" if name in own else functions.get(name, "")
                    )
                elif isinstance(called, ast.Attribute) and isinstance(
                    called.value, ast.Name
                ):
                    room = rooms.get(called.value.id)
                    if room is not None:
                        calls.add(f"{room}:{called.attr}")
            found[f"{path}:{item.name}"] = Known(
                changes(item),
                frozenset(calls),
                takes_work(item) and not item.name.startswith("_"),
            )
    return found


def reaching(functions: Mapping[str, Known], goal: set[str]) -> set[str]:
    """Return the functions from which one of these is called, in any way."""
    found = set(goal)
    while more := {n for n, each in functions.items() if each.calls & found} - found:
        found |= more
    return found


def silent(trees: Mapping[str, ast.Module]) -> set[str]:
    """Return actions that change something and record nothing."""
    functions = known(trees)
    changing = reaching(functions, {n for n, each in functions.items() if each.changes})
    recording = reaching(functions, {RECORD})
    return {
        name
        for name, each in functions.items()
        if each.is_action and name in changing and name not in recording
    }


def test_every_action_that_changes_something_writes_it_down():
    assert silent(actions()) == set(UNRECORDED)


MOVE = "def move(work: Work) -> None:\n    "


@pytest.mark.parametrize(
    ("source", "is_found"),
    [
        (MOVE + "row.step = 1", True),
        (MOVE + "work.session.add(1)", True),
        (MOVE + "work.session.execute(update(1))", True),
        (MOVE + "_move()\ndef _move():\n    a.b = 1", True),
        (
            "def move(work: Work) -> None:\n    row.step = 1\n    log.record(work)",
            False,
        ),
        (MOVE + "r.s = 1\n    _t()\ndef _t():\n    log.record()", False),
        ("def look(work: Work) -> None:\n    work.session.scalar(1)", False),
    ],
)
def test_one_that_keeps_silent_would_be_found(source, is_found):
    head = "from directory.audit import actions as log\n"
    trees = {"directory/a/actions.py": ast.parse(head + source)}

    assert bool(silent(trees)) is is_found
