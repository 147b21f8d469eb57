"""A page through the eyes of axe, as briefly as axe can be asked."""

from __future__ import annotations

import json

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

OPTIONS = {
    "runOnly": [
        *("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"),
        "best-practice",
    ],
    "resultTypes": ["violations"],
}
"""What is passed would be described element by element, at twice the time."""


def faults_of(page: Page) -> list[str]:
    """Return what axe finds wrong on an open page: the rule, and where."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    violations = page.evaluate(
        f"axe.run({json.dumps(OPTIONS)}).then(results => results.violations)"
    )
    return [
        f"{fault['id']}: {node['html'][:160]}"
        for fault in violations
        for node in fault["nodes"][:3]
    ]
