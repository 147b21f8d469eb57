"""Routing rules and what they say of a center, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flask_babel import get_locale, gettext, ngettext

from directory.cases.rules.routing import Certainty, Reason
from directory.cases.rules.rule_checks import Outcome
from directory.cases.rules.rule_documents import About, Rule, Verdict, When
from directory.web import filters, labels
from directory.web.words import _, _p

if TYPE_CHECKING:
    from directory.submissions.rules.states import CapacityState

WANTED: Mapping[str, str] = {
    "approved-product": _("Treatment with an approved product"),
    "trial": _("Taking part in a clinical trial"),
    "second-opinion": _("A second opinion"),
}
"""What a patient hopes for."""

TRAVELS: Mapping[str, str] = {
    "within-month": _("Within a month"),
    "within-quarter": _("Within three months"),
    "later": _("Later"),
    "not-possible": _("Travel is not possible"),
    "not-sure": _("Not sure"),
}
"""When a journey is possible."""

CHECKS: Mapping[About, str] = {
    About.CITY: _("The center is in the city of a center that the patient asked for"),
    About.NAMED: _("The patient asked for this center"),
    About.INDICATION: _("The center states that it treats the illness"),
    About.WANTED: _("The center offers what is wanted"),
    About.AUDIENCE: _("The center treats people of the patient's age"),
    About.CAPABILITY: _("The center has: %(what)s"),
    About.LANGUAGE: _("The center has an interpreter for the patient's language"),
    About.CAPACITY: _("The center says: %(what)s"),
    About.LOAD: _("Open referrals at the center, at least: %(count)s"),
    About.CONSENT: _("The patient agreed that the center sees the answers"),
    About.TRIED: _("The case is or was at the center already"),
}
"""What a rule looks at."""

VERDICTS: Mapping[Verdict, str] = {
    Verdict.MUST: _("Must be so; a center of which it is not known stays"),
    Verdict.PREFER: _("Preferred, by %(weight)s"),
    Verdict.AVOID: _("Put back, by %(weight)s"),
    Verdict.EXCLUDE: _("Left out if it is so"),
}
"""What follows."""

RULE_STATES: Mapping[str, str] = {
    "draft": _p("rules", "Draft"),
    "in-force": _p("rules", "In force"),
    "retired": _p("rules", "Retired"),
}
"""What a set of rules is for."""

TONES: Mapping[str, str] = {"draft": "wait", "in-force": "good", "retired": "plain"}


OF_PATIENTS = frozenset(
    {
        About.CITY,
        About.INDICATION,
        About.WANTED,
        About.AUDIENCE,
        About.CAPABILITY,
        About.LANGUAGE,
        About.CAPACITY,
    }
)
"""What rules look at that a patient reads when a center is proposed."""


def check_words(rule: Rule) -> str:
    """Return what a rule looks at."""
    check: Any = rule.check
    given: dict[str, object] = {}
    if check.about is About.CAPABILITY:
        given = {"what": filters.term(check.key, "capability")}
    elif check.about is About.CAPACITY:
        given = {"what": " / ".join(capacity(each) for each in check.states)}
    elif check.about is About.LOAD:
        given = {"count": filters.number(check.at_least)}
    words = str(CHECKS[check.about])
    return words % given if given else words


def when_words(when: When) -> tuple[str, ...]:
    """Return for which cases a rule is meant; nothing if for all."""
    found: list[str] = []
    if when.age is not None:
        is_adult = when.age.value == "adult"
        found.append(gettext("Adults") if is_adult else gettext("Children"))
    if when.wanted:
        found.append(" / ".join(str(WANTED[each]) for each in when.wanted))
    if when.diagnoses:
        found.append(
            " / ".join(filters.term(key, "indication") for key in when.diagnoses)
        )
    if when.travel:
        days = " / ".join(str(TRAVELS[each]) for each in when.travel)
        found.append(gettext("Journey: %(when)s", when=days))
    if when.interpreter is not None:
        found.append(
            gettext("An interpreter is wanted")
            if when.interpreter
            else gettext("No interpreter is wanted")
        )
    return tuple(found)


def verdict_words(rule: Rule) -> str:
    """Return what follows from a rule."""
    words = str(VERDICTS[rule.verdict])
    return words % {"weight": rule.weight} if rule.weight else words


def capacity(state: CapacityState | str | None) -> str:
    """Return what a center says of its capacity."""
    if state is None:
        return gettext("Capacity not stated")
    return labels.word(labels.CAPACITIES, state)


def certainty(found: Certainty) -> str:
    """Return how much of what was looked at is known."""
    if found.is_full:
        return gettext("All that was looked at is stated")
    return gettext(
        "%(known)s of %(asked)s things that were looked at are stated",
        known=filters.number(found.known),
        asked=filters.number(found.asked),
    )


def said(reason: Reason) -> str:
    """Return what one rule found at one center, as a sentence."""
    about = About(str(reason.facts["about"]))
    return _SAID[about](reason.outcome, reason.facts)


def told_to_patients(reasons: Sequence[Reason]) -> list[str]:
    """Return what patients read of why a center is proposed to them.

    How busy it is and where the case was before are the owner's; what the patient
    chose, they know.
    """
    return [
        said(reason)
        for reason in reasons
        if About(str(reason.facts["about"])) in OF_PATIENTS
    ]


def _one_of(outcome: Outcome, yes: str, no: str, unknown: str) -> str:
    return {Outcome.YES: yes, Outcome.NO: no, Outcome.UNKNOWN: unknown}[outcome]


def _city(outcome: Outcome, facts: Mapping[str, Any]) -> str:
    city = filters.term(facts["city"], "city")
    if outcome is Outcome.YES:
        return gettext("In a city that was asked for: %(city)s", city=city)
    return gettext("In another city than those asked for: %(city)s", city=city)


def _named(outcome: Outcome, facts: Mapping[str, Any]) -> str:
    del facts
    if outcome is Outcome.YES:
        return gettext("The patient asked for this center")
    return gettext("The patient did not ask for this center")


def _indication(outcome: Outcome, facts: Mapping[str, Any]) -> str:
    if "indication" not in facts:
        return gettext("The illness has no name yet, so nothing can be compared")
    illness = filters.term(facts["indication"], "indication")
    if "wider" in facts:
        return gettext(
            "States %(group)s; whether that includes %(illness)s is not stated",
            group=filters.term(facts["wider"], "indication"),
            illness=illness,
        )
    return _one_of(
        outcome,
        gettext("States that it treats: %(illness)s", illness=illness),
        gettext("Says that it does not offer this for: %(illness)s", illness=illness),
        gettext("Whether it treats this is not stated: %(illness)s", illness=illness),
    )


def _wanted(outcome: Outcome, facts: Mapping[str, Any]) -> str:
    what = str(WANTED.get(str(facts.get("wanted")), ""))
    return _one_of(
        outcome,
        gettext("Offers what is wanted: %(what)s", what=what),
        gettext("Says that it does not offer what is wanted"),
        gettext("Whether it offers what is wanted is not stated"),
    )


def _audience(outcome: Outcome, facts: Mapping[str, Any]) -> str:
    if facts["audience"] == "adult":
        return _one_of(
            outcome,
            gettext("Treats adults"),
            gettext("Does not treat adults"),
            gettext("Whether it treats adults is not stated"),
        )
    return _one_of(
        outcome,
        gettext("Treats children"),
        gettext("Does not treat children"),
        gettext("Whether it treats children is not stated"),
    )


def _capability(outcome: Outcome, facts: Mapping[str, Any]) -> str:
    what = filters.term(facts["key"], "capability")
    if facts["value"] in {"refused", "conflicting"}:
        value = labels.word(labels.VALUES, facts["value"])
        return gettext("%(what)s: %(value)s", what=what, value=value)
    return _one_of(
        outcome,
        gettext("Has: %(what)s", what=what),
        gettext("Does not have: %(what)s", what=what),
        gettext("Not stated: %(what)s", what=what),
    )


def _language(outcome: Outcome, facts: Mapping[str, Any]) -> str:
    code = str(facts["language"])
    locale = get_locale()
    names: Mapping[str, str] = locale.languages if locale else {}
    language = names.get(code, code)
    return _one_of(
        outcome,
        gettext("Has an interpreter: %(language)s", language=language),
        gettext("Has no interpreter"),
        gettext(
            "Whether there is an interpreter is not stated: %(language)s",
            language=language,
        ),
    )


def _capacity(outcome: Outcome, facts: Mapping[str, Any]) -> str:
    return capacity(None if outcome is Outcome.UNKNOWN else facts["state"])


def _load(outcome: Outcome, facts: Mapping[str, Any]) -> str:
    del outcome
    return ngettext(
        "%(num)s open referral there", "%(num)s open referrals there", facts["load"]
    )


def _consent(outcome: Outcome, facts: Mapping[str, Any]) -> str:
    del facts
    if outcome is Outcome.YES:
        return gettext("The patient agreed that this center sees the answers")
    return gettext("The patient has not yet agreed that this center sees the answers")


def _tried(outcome: Outcome, facts: Mapping[str, Any]) -> str:
    del facts
    if outcome is Outcome.YES:
        return gettext("The case is or was at this center already")
    return gettext("The case was not at this center so far")


_SAID: Mapping[About, Callable[[Outcome, Mapping[str, Any]], str]] = {
    About.CITY: _city,
    About.NAMED: _named,
    About.INDICATION: _indication,
    About.WANTED: _wanted,
    About.AUDIENCE: _audience,
    About.CAPABILITY: _capability,
    About.LANGUAGE: _language,
    About.CAPACITY: _capacity,
    About.LOAD: _load,
    About.CONSENT: _consent,
    About.TRIED: _tried,
}

WORDS: Mapping[str, Callable[..., object]] = {
    "said": said,
    "told_to_patients": told_to_patients,
    "capacity": capacity,
    "certainty": certainty,
    "check": check_words,
    "when": when_words,
    "verdict": verdict_words,
    "state": lambda state: str(RULE_STATES[state]),
    "tone": lambda state: TONES[state],
}
"""What ``parts/routing.html`` is handed as ``say``."""
