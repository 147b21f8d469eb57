"""What a check comes to at one center.

What nobody has stated is unknown, and never taken for a no.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from directory.cases.rules.rule_documents import (
    About,
    AudienceCheck,
    CapabilityCheck,
    CapacityCheck,
    Check,
    CityCheck,
    ConsentCheck,
    IndicationCheck,
    LanguageCheck,
    LoadCheck,
    NamedCheck,
    TriedCheck,
    WantedCheck,
)
from directory.inquiries.rules.answers import Age, Travel, Wanted
from directory.listings.rules.document import Route, Value
from directory.submissions.rules.states import CapacityState


class Outcome(StrEnum):
    """What a check came to at one center."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    """Nobody has stated it, or sources disagree."""


Facts = Mapping[str, str | int]
"""What a check relied on: codes, keys and counts, never words about a person."""


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What rules may know of a case.

    Args:
        cities: Where the patient wishes to go; none if nothing was wished.
        named: Centers that the patient asked for, by slug.
        diagnosis: Key of the vocabulary; ``None`` if it was not said.
        wider: Keys of groups that it belongs to.
        age: Whether the patient is of age.
        wanted: What is hoped for.
        travel: When a journey is possible.
        language: ISO 639-1 code.
        interpreter: Whether one is wanted.
        consents: Centers that may see the answers, by slug.
        tried: Centers at which the case is or was, by slug.
    """

    cities: frozenset[str]
    named: frozenset[str]
    diagnosis: str | None
    wider: frozenset[str]
    age: Age
    wanted: frozenset[Wanted]
    travel: Travel
    language: str
    interpreter: bool
    consents: frozenset[str] = frozenset()
    tried: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CenterFacts:
    """What rules may know of a center.

    Args:
        names: By language.
        routes: How it gives what, with the illnesses that were named with it.
        capabilities: Only what is said about them; others are not stated.
        capacity: By its own word, while that counts.
        load: Open referrals here.
    """

    slug: str
    names: Mapping[str, str]
    city: str
    adult: Value
    pediatric: Value
    indications: frozenset[str]
    routes: tuple[tuple[Route, frozenset[str]], ...]
    capabilities: Mapping[str, Value]
    languages: frozenset[str]
    capacity: CapacityState | None
    load: int = 0


def speaks_for(check: Check, case: CaseFacts) -> bool:
    """Tell whether a check has anything to look at in a case.

    What the patient did not ask for cannot speak for one center or another.
    """
    asked: Mapping[About, bool] = {
        About.CITY: bool(case.cities),
        About.NAMED: bool(case.named),
        About.WANTED: bool(case.wanted),
        About.LANGUAGE: case.interpreter,
    }
    return asked.get(check.about, True)


def checked(
    check: Check, case: CaseFacts, center: CenterFacts
) -> tuple[Outcome, Facts]:
    """Return what a check comes to at a center, and what it relied on."""
    match check:
        case IndicationCheck():
            return _indication(case, center)
        case WantedCheck():
            return _wanted(case, center)
        case AudienceCheck():
            is_adult = case.age is Age.ADULT
            value = center.adult if is_adult else center.pediatric
            audience = "adult" if is_adult else "pediatric"
            return _stated(value), {"audience": audience, "value": value.value}
        case CapabilityCheck(key=key):
            value = center.capabilities.get(key, Value.NOT_STATED)
            return _stated(value), {"key": key, "value": value.value}
        case LanguageCheck():
            return _language(case, center)
        case CapacityCheck(states=states):
            if center.capacity is None:
                return Outcome.UNKNOWN, {}
            return _told(center.capacity in states), {"state": center.capacity.value}
        case _:
            return _counted(check, case, center)


def _counted(
    check: CityCheck | NamedCheck | LoadCheck | ConsentCheck | TriedCheck,
    case: CaseFacts,
    center: CenterFacts,
) -> tuple[Outcome, Facts]:
    """Look at what this program knows by itself."""
    match check:
        case CityCheck():
            return _told(center.city in case.cities), {"city": center.city}
        case NamedCheck():
            return _told(center.slug in case.named), {}
        case LoadCheck(at_least=least):
            return _told(center.load >= least), {"load": center.load, "least": least}
        case ConsentCheck():
            return _told(center.slug in case.consents), {}
        case TriedCheck():
            return _told(center.slug in case.tried), {}


def _told(is_so: bool) -> Outcome:
    return Outcome.YES if is_so else Outcome.NO


def _stated(value: Value) -> Outcome:
    known = {Value.YES: Outcome.YES, Value.NO: Outcome.NO}
    return known.get(value, Outcome.UNKNOWN)


def _indication(case: CaseFacts, center: CenterFacts) -> tuple[Outcome, Facts]:
    """Look for the illness among what a center treats.

    Such a list is never known to be whole: no is said only where the center says
    that it does not offer it.
    """
    if case.diagnosis is None:
        return Outcome.UNKNOWN, {}
    facts: dict[str, str | int] = {"indication": case.diagnosis}
    routes = [route for route, named in center.routes if case.diagnosis in named]
    if routes and all(route is Route.NOT_OFFERED for route in routes):
        return Outcome.NO, facts
    if case.diagnosis in center.indications or routes:
        return Outcome.YES, facts
    wider = sorted(case.wider & center.indications)
    return Outcome.UNKNOWN, facts | ({"wider": wider[0]} if wider else {})


WAYS: Mapping[Wanted, frozenset[Route]] = {
    Wanted.APPROVED_PRODUCT: frozenset({Route.APPROVED_PRODUCT}),
    Wanted.TRIAL: frozenset({Route.REGISTERED_TRIAL, Route.INVESTIGATOR_TRIAL}),
}
"""Routes by which something wanted is given."""


def _wanted(case: CaseFacts, center: CenterFacts) -> tuple[Outcome, Facts]:
    """One way is enough; for a second opinion, being seen from afar is the way."""
    denied = 0
    for wanted in sorted(case.wanted):
        facts: dict[str, str | int] = {"wanted": wanted.value}
        if wanted is Wanted.SECOND_OPINION:
            said = center.capabilities.get("remote_consultation", Value.NOT_STATED)
            outcome = _stated(said)
        else:
            outcome = _route(WAYS[wanted], case.diagnosis, center)
        if outcome is Outcome.YES:
            return outcome, facts
        denied += outcome is Outcome.NO
    if denied == len(case.wanted):
        return Outcome.NO, {"wanted": min(case.wanted).value}
    return Outcome.UNKNOWN, {}


def _route(
    ways: frozenset[Route], diagnosis: str | None, center: CenterFacts
) -> Outcome:
    fitting = [
        route
        for route, named in center.routes
        if diagnosis is None or not named or diagnosis in named
    ]
    if ways & set(fitting):
        return Outcome.YES
    if fitting and all(route is Route.NOT_OFFERED for route in fitting):
        return Outcome.NO
    return Outcome.UNKNOWN


def _language(case: CaseFacts, center: CenterFacts) -> tuple[Outcome, Facts]:
    facts: dict[str, str | int] = {"language": case.language}
    value = center.capabilities.get("interpreter", Value.NOT_STATED)
    if case.language in center.languages and value is Value.YES:
        return Outcome.YES, facts
    # Sources name some languages, never those that are missing.
    return (Outcome.NO if value is Value.NO else Outcome.UNKNOWN), facts
