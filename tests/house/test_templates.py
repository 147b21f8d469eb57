"""Every template is used by something, and everything used is there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house.sources import TEMPLATES, modules

NAME = re.compile(r"[\w./-]+\.(?:html|txt|subject|xml)")
USES = re.compile(r"{%-?\s*(?:extends|include|import|from)\s+[\"']([^\"']+)[\"']")


def named_in(tree: ast.Module) -> Iterator[str]:
    """Return template names in code as patterns; what varies matches anything."""
    inside = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            inside |= {id(part) for part in node.values}
            text = "".join(
                re.escape(part.value)
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
                else r"[\w.-]+"
                for part in node.values
            )
            yield text
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in inside
            and NAME.fullmatch(node.value)
        ):
            yield re.escape(node.value)


def unused(templates: set[str], patterns: set[str]) -> set[str]:
    whole = re.compile("|".join(patterns) or r"(?!)")
    return {name for name in templates if not whole.fullmatch(name)}


def all_templates() -> dict[str, str]:
    return {
        path.relative_to(TEMPLATES).as_posix(): path.read_text()
        for path in sorted(TEMPLATES.rglob("*"))
        if path.is_file()
    }


def test_every_template_is_rendered_or_included():
    templates = all_templates()
    patterns = {name for _, tree in modules() for name in named_in(tree)}
    patterns |= {
        re.escape(name)
        for source in templates.values()
        for name in USES.findall(source)
    }

    assert templates
    assert unused(set(templates), patterns) == set()


def test_whatever_a_template_takes_is_there():
    templates = all_templates()
    ours = {name.split("/", 1)[0] for name in templates}
    taken = {
        (name, part)
        for name, source in templates.items()
        for part in USES.findall(source)
        if part.split("/", 1)[0] in ours
    }

    assert {(name, part) for name, part in taken if part not in templates} == set()


@pytest.mark.parametrize(
    ("source", "left"),
    [
        ("render_template('a/one.html')", {"a/two.html"}),
        ("render_template(f'a/{page}.html')", set()),
        ("print('a/one.html or so')", {"a/one.html", "a/two.html"}),
    ],
)
def test_a_forgotten_template_would_be_found(source, left):
    patterns = set(named_in(ast.parse(source)))

    assert unused({"a/one.html", "a/two.html"}, patterns) == left
