"""Whoever does something was allowed to: actions ask, and somebody is granted."""

from __future__ import annotations

import ast

import pytest

from directory.core.permissions import GRANTS, Permission
from tests.house.sources import PACKAGE, modules

PART = "asked for by the action that it is a part of"

OPEN = {
    "directory/cases/actions/due.py:check_waited": PART,
    "directory/cases/actions/due.py:clock_of": PART,
    "directory/cases/actions/due.py:is_in_state": PART,
    "directory/cases/actions/due.py:is_with_center": PART,
    "directory/cases/actions/due.py:settle": PART,
    "directory/cases/actions/due.py:wait": PART,
    "directory/cases/actions/due.py:wait_at": PART,
    "directory/cases/actions/moving.py:go_on": PART,
    "directory/cases/actions/offering.py:end": PART,
    "directory/cases/actions/offering.py:give_back": PART,
    "directory/cases/actions/offering.py:give_to": PART,
    "directory/cases/actions/offering.py:is_full": PART,
    "directory/cases/actions/offering.py:keeper_of": PART,
    "directory/cases/actions/offering.py:may_own": PART,
    "directory/cases/actions/offering.py:new_referral": PART,
    "directory/cases/actions/offering.py:offer": PART,
    "directory/cases/actions/offering.py:onward": PART,
    "directory/cases/actions/offering.py:targets": PART,
    "directory/cases/actions/referring.py:after_patient": PART,
    "directory/cases/actions/telling.py:tell": PART,
    "directory/inquiries/actions/rows.py:end": PART,
    "directory/inquiries/actions/rows.py:forget_file": PART,
    "directory/inquiries/actions/rows.py:forget_files": PART,
    "directory/inquiries/actions/rows.py:shred": PART,
    "directory/submissions/actions/proposals.py:hand_in": "asked for by what proposes",
    "directory/submissions/actions/proposals.py:write_fields": "likewise",
    "directory/submissions/actions/proposals.py:forget_fields": "likewise",
    "directory/audit/actions.py:record": "asked for by the action that is recorded",
    "directory/knowledge/actions.py:source_id": "asked for by whatever cites it",
    "directory/knowledge/actions.py:source_ids": "asked for by whatever cites them",
    "directory/outbox/actions.py:announce": "asked for by the action that changed it",
    "directory/submissions/actions/evidence_checks.py:forget_object": "asked for by"
    " whatever takes a file away",
    "directory/cases/actions/caring.py:hand_to": "asked for by what gives something",
    "directory/cases/actions/caring.py:patients_zone": "likewise",
    "directory/cases/actions/caring.py:today_there": "it reads the clock",
    "directory/cases/actions/moving.py:end_case": "asked for by the action that holds"
    " the case",
    "directory/cases/actions/opening.py:send": "asked for by asking.ask, which it"
    " calls",
    "directory/cases/actions/opening.py:open_case": "likewise, by what sends",
    "directory/cases/actions/opening.py:offer_chosen": "asked for by what sends or"
    " lets in",
    "directory/cases/actions/opening.py:sharing": "changes nothing",
    "directory/inquiries/actions/asking.py:held": "asked for by what holds it",
    "directory/outbox/actions.py:promise": "asked for by the action that promises",
}
"""Actions that ask for nothing, and why."""

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def takes_work(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    arguments = [*function.args.posonlyargs, *function.args.args]
    return any(
        argument.annotation and ast.unparse(argument.annotation).strip("'\"") == "Work"
        for argument in arguments
    )


def silent_actions(tree: ast.Module) -> set[str]:
    """Return public functions on a ``Work`` that never ask for a permission.

    Asking through another function of the same module counts.
    """
    functions = {item.name: item for item in tree.body if isinstance(item, FUNCTIONS)}
    calls: dict[str, set[str]] = {}
    for name, function in functions.items():
        calls[name] = set()
        for node in ast.walk(function):
            if isinstance(node, ast.Call):
                if isinstance(node.func, ast.Name):
                    calls[name].add(node.func.id)
                elif (
                    isinstance(node.func, ast.Attribute) and node.func.attr == "require"
                ):
                    calls[name].add("require")
    asking = {name for name, called in calls.items() if "require" in called}
    while more := {name for name in calls if calls[name] & asking} - asking:
        asking |= more
    return {
        name
        for name, function in functions.items()
        if takes_work(function) and not name.startswith("_") and name not in asking
    }


def actions() -> dict[str, ast.Module]:
    return {
        path: tree
        for path, tree in modules()
        if path.endswith("/actions.py") or "/actions/" in path
    }


def test_every_action_asks_for_a_permission():
    silent = {
        f"{path}:{name}"
        for path, tree in actions().items()
        for name in silent_actions(tree)
    }

    assert silent == set(OPEN)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("def move(work: Work) -> None:\n    work.session.flush()", {"move"}),
        ("def move(work: Work) -> None:\n    work.require(P.MOVE)", set()),
        (
            """
def move(work: Work) -> None:
    _check(work)

def _check(work: Work) -> None:
    work.require(P.MOVE)
""",
            set(),
        ),
        ("def _move(work: Work) -> None:\n    pass", set()),
        ("def words(text: str) -> None:\n    pass", set()),
    ],
)
def test_a_silent_action_would_be_found(source, found):
    assert silent_actions(ast.parse(source)) == found


def test_every_permission_is_granted_to_somebody():
    assert {permission for permission, roles in GRANTS.items() if roles} == set(
        Permission
    )


def test_every_permission_is_asked_for():
    asked = {
        node.attr
        for path, tree in modules(PACKAGE)
        if path != "directory/core/permissions.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "Permission"
    }

    assert {permission.name for permission in Permission} == asked
