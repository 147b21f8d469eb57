"""Transactions end where somebody asked for them, and nowhere below."""

from __future__ import annotations

import ast

import pytest

from tests.house.sources import modules

MAY_COMMIT = (
    "directory/web/context.py",
    "directory/jobs/",
    "directory/cli/",
    "directory/migrations/env.py",
    # Not of a transaction: closes a search index that is still in memory.
    "directory/adapters/whoosh_words.py",
)


def commits(tree: ast.Module) -> set[int]:
    """Return the lines that commit: by name, or by leaving a ``begin()`` block.

    A savepoint ends within its transaction, so leaving one commits nothing.
    """
    left = {
        item.context_expr.func.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.With)
        for item in node.items
        if isinstance(item.context_expr, ast.Call)
        and isinstance(item.context_expr.func, ast.Attribute)
        and item.context_expr.func.attr.startswith("begin")
        and item.context_expr.func.attr != "begin_nested"
    }
    return left | {
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "commit"
    }


def test_only_web_jobs_and_commands_commit():
    found = {
        f"{path}:{line}"
        for path, tree in modules()
        if not path.startswith(MAY_COMMIT)
        for line in commits(tree)
    }

    assert found == set()


@pytest.mark.parametrize(
    "source", ["work.session.commit()", "with sessions.begin() as session: pass"]
)
def test_a_hidden_commit_would_be_found(source):
    assert commits(ast.parse(source)) == {1}


def test_a_savepoint_is_no_commit():
    assert commits(ast.parse("with session.begin_nested(): session.add(row)")) == set()
