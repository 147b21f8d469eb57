"""Entries of lists as they were typed: contacts, treatments, trials."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from directory.knowledge.rules.therapy import MarketStatus
from directory.listings.rules.document import Route
from directory.submissions.rules.typed.checking import (
    MOST_LONG,
    TRIAL,
    Checker,
    Wrong,
)
from directory.submissions.rules.typed.filling import named, section_from
from directory.submissions.rules.typed.shape import (
    LANGUAGES,
    MOST_ROWS,
    Section,
    Typed,
    is_empty,
    parts,
    same,
)
from directory.submissions.rules.typed.standing import Hand, Known

DETAILS = (
    "address",
    "website",
    "affiliation",
    "group",
    "accreditation",
    "case-volume",
)
"""Further fields that a hospital may state."""

BY_LANGUAGE = frozenset({"address"})
"""Those of which each language has words of its own."""

LINKS = frozenset({"website"})

LICENSED = frozenset(
    {MarketStatus.MARKETED, MarketStatus.APPROVED, MarketStatus.NOT_ON_SALE}
)
"""Where a product may be given as a licensed one at all."""

Row = Mapping[str, Any]
Reader = Callable[[str, int, Row, Row | None], dict[str, Any]]
"""Reads one entry: prefix of its fields, place, what was typed, what stood."""


def details(
    base: Row, typed: Typed, checker: Checker, hand: Hand
) -> list[dict[str, Any]]:
    """Return address, website and the like."""

    def one(prefix: str, place: int, row: Row, before: Row | None) -> dict[str, Any]:
        del place
        field = before["field"] if before else row["field"]
        if field not in DETAILS and before is None:
            checker.refuse(f"{prefix}words", Wrong.CHOICE)
        said: Any
        if is_by_language(row, before):
            said = {
                code: words
                for code in LANGUAGES
                if (
                    words := checker.words(f"{prefix}{code}", row[code], most=MOST_LONG)
                )
            }
            if not said:
                checker.refuse(f"{prefix}en", Wrong.NO_WORDS)
        elif field in LINKS:
            said = checker.link(f"{prefix}words", row["words"])
        else:
            said = checker.words(f"{prefix}words", row["words"], most=MOST_LONG)
        if not said and not isinstance(said, dict):
            checker.refuse(f"{prefix}words", Wrong.NO_WORDS)
        borne = checker.borne(prefix, row, before)
        return hand.attested({"field": field, "value": said, **borne})

    return _entries(Section.CONTACT, base, typed, checker, one)


def is_by_language(row: Row, before: Row | None) -> bool:
    """Tell whether an entry has words of its own in each language."""
    if before is not None:
        return isinstance(before["value"], Mapping)
    return row["field"] in BY_LANGUAGE


def treatments(
    base: Row, typed: Typed, checker: Checker, known: Known, hand: Hand
) -> list[dict[str, Any]]:
    """Return products and routes."""

    def one(prefix: str, place: int, row: Row, before: Row | None) -> dict[str, Any]:
        route = checker.choice(f"{prefix}route", row["route"], list(Route))
        therapy = row["therapy"]
        if therapy and therapy != (before or {}).get("therapy"):
            checker.choice(f"{prefix}therapy", therapy, known.products)
        borne = checker.borne(prefix, row, before)
        if route == Route.APPROVED_PRODUCT:
            _check_given(prefix, therapy, known, checker)
            is_proved = "source" in borne or f"treatment.{place}" in hand.borne_out
            status = known.products.get(therapy)
            if status is MarketStatus.NOT_ON_SALE and not is_proved:
                checker.refuse(f"{prefix}source_url", Wrong.NOT_ON_SALE)
        elif not therapy and not row["indications"]:
            checker.refuse(f"{prefix}therapy", Wrong.PRODUCT_MISSING)
        said = {
            "therapy": therapy,
            "indications": _indications(prefix, row, before, checker, known),
            "route": route,
            "setting": checker.words(f"{prefix}setting", row["setting"]),
            "payer": checker.words(f"{prefix}payer", row["payer"]),
            "statement": checker.words(
                f"{prefix}statement", row["statement"], most=MOST_LONG
            ),
            **borne,
        }
        if before and before.get("therapy", "") == therapy:
            said["related"] = list(before.get("related", ()))
        return hand.attested(said)

    return _entries(Section.THERAPIES, base, typed, checker, one)


def trials(
    base: Row, typed: Typed, checker: Checker, known: Known, hand: Hand
) -> list[dict[str, Any]]:
    """Return trials."""

    def one(prefix: str, place: int, row: Row, before: Row | None) -> dict[str, Any]:
        del place
        stood = (before or {}).get("id", "")
        number = row["id"].strip()
        if number != stood or not before:
            if not TRIAL.fullmatch(number):
                checker.refuse(f"{prefix}id", Wrong.TRIAL_NUMBER)
            number = _as_registered(number)
        said = {
            "id": number,
            **{
                name: checker.words(f"{prefix}{name}", row[name])
                for name in ("name", "target", "indication", "role")
            },
            "indications": _indications(prefix, row, before, checker, known),
            "statement": checker.words(
                f"{prefix}statement", row["statement"], most=MOST_LONG
            ),
            **checker.borne(prefix, row, before),
        }
        if before and number == stood:
            said["registry_url"] = before.get("registry_url")
        return hand.attested(said)

    return _entries(Section.TRIALS, base, typed, checker, one)


def _entries(
    section: Section, base: Row, typed: Typed, checker: Checker, one: Reader
) -> list[dict[str, Any]]:
    """Return the entries of a list; those that nobody touched as they were."""
    stood = dict(named(base, section))
    shown = parts(section, section_from(base, section))
    found: list[dict[str, Any]] = []
    seen: set[str] = set()
    if len(typed["rows"]) > MOST_ROWS:
        checker.refuse("", Wrong.TOO_MANY, MOST_ROWS)
    for index, row in enumerate(typed["rows"]):
        was = row["was"] if row["was"] not in seen else ""
        before = stood.get(was)
        if before is None and is_empty(row):
            continue
        seen.add(was)
        if before is not None and same(row, shown[was]):
            found.append(dict(before))
        else:
            found.append(one(f"rows-{index}-", len(found) + 1, row, before))
    return found


def _check_given(prefix: str, therapy: str, known: Known, checker: Checker) -> None:
    if not therapy:
        checker.refuse(f"{prefix}therapy", Wrong.PRODUCT_MISSING)
        return
    status = known.products.get(therapy)
    if status is not None and status not in LICENSED:
        checker.refuse(f"{prefix}route", Wrong.NOT_LICENSED)


def _indications(
    prefix: str, row: Row, before: Row | None, checker: Checker, known: Known
) -> list[str]:
    stood = list((before or {}).get("indications", ()))
    if same(row["indications"], stood):
        return stood
    return checker.chosen(f"{prefix}indications", row["indications"], known.indications)


def _as_registered(number: str) -> str:
    upper = number.upper()
    return f"ChiCTR{upper[6:]}" if upper.startswith("CHICTR") else upper
