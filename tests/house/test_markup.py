"""Nothing reaches a page unescaped, and no page carries script or style of its own."""

from __future__ import annotations

import ast
import re

import pytest

from tests.house.sources import TEMPLATES, modules

MAY_MARK_UP: dict[str, str] = {
    "directory/web/sentences.py": "sets names apart with a tag, and escapes them",
}
"""Modules that may call ``Markup``, and why what they mark up is harmless."""

UNESCAPED = re.compile(r"\|\s*safe\b|autoescape\s+false", re.IGNORECASE)
INLINE = re.compile(
    r"<[^>]*\s(?:style|on[a-z]+)\s*=|<style\b|javascript:", re.IGNORECASE
)

HANDLERS = re.compile(r"<[^>]*\son[a-z]+\s*=|<style\b|javascript:", re.IGNORECASE)
"""For mail, whose programs drop style sheets: there, style may stand in tags."""


def marks_up(tree: ast.Module) -> set[int]:
    return {
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).split(".")[-1]
        in {"Markup", "render_template_string"}
    }


def test_no_code_marks_text_as_safe():
    found = {path for path, tree in modules() if marks_up(tree)}

    assert found == set(MAY_MARK_UP)


def test_no_template_leaves_text_unescaped():
    found = {
        path.relative_to(TEMPLATES).as_posix()
        for path in TEMPLATES.rglob("*.html")
        if UNESCAPED.search(path.read_text())
    }

    assert found == set()


def test_no_template_has_style_or_handlers_in_its_tags():
    found = {
        path.relative_to(TEMPLATES).as_posix()
        for path in TEMPLATES.rglob("*.html")
        if (HANDLERS if path.parent.name == "mail" else INLINE).search(path.read_text())
    }

    assert found == set()


@pytest.mark.parametrize("source", ["{{ x | safe }}", "{% autoescape false %}"])
def test_unescaped_text_would_be_found(source):
    assert UNESCAPED.search(source)


@pytest.mark.parametrize(
    "source", ['<p style="color:red">', '<a onclick="x()">', "<style>p{}</style>"]
)
def test_style_in_a_tag_would_be_found(source):
    assert INLINE.search(source)


def test_marking_up_would_be_found():
    assert marks_up(ast.parse("import markupsafe\nmarkupsafe.Markup('<b>')")) == {2}
