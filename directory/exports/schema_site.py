"""The directory itself as schema.org sees it: who it is, and where a page stands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

CONTEXT = "https://schema.org"


def publisher(home: str, name: str) -> dict[str, Any]:
    """Return the directory as an organization: its name and its address, no more.

    Args:
        home: Absolute address of the first page, without a language.
        name: As pages call it.
    """
    return {"@type": "Organization", "@id": f"{home}#directory", "name": name}


def website(
    home: str, search: str, *, name: str, about: str, language: str
) -> dict[str, Any]:
    """Return the whole site, with how to search in it.

    Args:
        home: Absolute address of the first page, without a language.
        search: Absolute address of the results.
        name: As pages call it.
        about: What it is, in a sentence of the page.
        language: Tag of the page's language.
    """
    return {
        "@context": CONTEXT,
        "@type": "WebSite",
        "@id": f"{home}#site",
        "url": home,
        "name": name,
        "description": about,
        "inLanguage": language,
        "publisher": publisher(home, name),
        "potentialAction": {
            "@type": "SearchAction",
            "target": {
                "@type": "EntryPoint",
                "urlTemplate": f"{search}?q={{search_term_string}}",
            },
            "query-input": "required name=search_term_string",
        },
    }


def breadcrumbs(way: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return the way to a page.

    Args:
        way: Name and absolute address of each page, from the first to this one.
    """
    return {
        "@context": CONTEXT,
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": address}
            for place, (name, address) in enumerate(way, start=1)
        ],
    }
