"""What is published of a submission: accepted fields on top of what stands now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import ValidationError

from directory.core.errors import DirectoryError
from directory.listings.rules.differences import (
    KEYED,
    NUMBERED,
    SINGULAR,
    by_field,
)
from directory.listings.rules.document import (
    Basis,
    CenterDocument,
    FacilitatorDocument,
    Kind,
    Value,
)
from directory.submissions.rules.review import FOLLOWS, Proposed, states_something
from directory.submissions.rules.states import Decision, SubmissionKind

LISTS: Mapping[str, str] = {
    SINGULAR.get(name, name): name for name in (*sorted(KEYED), *sorted(NUMBERED))
}
"""The list of a document that an entry such as ``trial.2`` stands in."""

BOOKKEEPING = frozenset({"basis", "checked_on", "checked_by"})
"""What saying "still true" changes: nothing of what is said."""

OF_IDENTITY = frozenset(
    {
        "aliases",
        "former_names",
        "city",
        "district",
        "types",
        "type_stated",
        "place",
        "specialties",
    }
)
"""Fields that the statement ``identity`` bears out, besides names."""


class MovedOnError(DirectoryError):
    """Accepted fields say something else by now than when the draft began."""

    code = "submission.fields-moved-on"


class DecidedApartError(DirectoryError):
    """Entries of a list changed places, so that they are accepted all or none."""

    code = "submission.decided-apart"


class NotWholeError(DirectoryError):
    """Without what was refused, the listing lacks something that it needs."""

    code = "submission.not-whole"


@dataclass(frozen=True, slots=True)
class Stand:
    """On whose word accepted fields are published.

    Args:
        keeps_basis: Whether the proposal brings its own, since the directory's
            editors made it; a hospital's word is attested or verified.
        office: Who said so, as pages name them.
        stated_on: The day on which it was submitted.
        today: The day on which a moderator looked.
    """

    keeps_basis: bool
    office: str
    stated_on: date
    today: date


def moved_on(
    fields: Iterable[Proposed], now: Mapping[str, Any] | None
) -> tuple[str, ...]:
    """Return fields that say something else by now than when the draft began.

    A new day or basis alone is no change, nor is what was proposed anyway.

    Args:
        fields: What a submission changes.
        now: The document published now; ``None`` for a first listing.
    """
    flat = by_field(now or {})
    return tuple(
        one.field
        for one in fields
        if said(flat.get(one.field)) not in (said(one.before), said(one.after))
    )


def said(value: Any) -> Any:
    """Return what a value says, without who looked at it and when."""
    if not isinstance(value, Mapping):
        return value
    return {name: part for name, part in value.items() if name not in BOOKKEEPING}


def together(fields: Iterable[Proposed]) -> tuple[frozenset[str], ...]:
    """Return groups of fields that can only be accepted as one.

    Entries without a key go by their place. Where one is taken out, put between
    or moved, accepting a single place would lose an entry or keep it twice.
    """
    lists: defaultdict[str, list[Proposed]] = defaultdict(list)
    for one in fields:
        part, _, rest = one.field.partition(".")
        place = LISTS.get(part, "details" if _is_detail(one) else "")
        if place in NUMBERED or place == "details":
            lists[part if rest or place == "details" else one.field].append(one)
    return tuple(
        frozenset(one.field for one in entries)
        for entries in lists.values()
        if len(entries) > 1 and _have_moved(entries)
    )


def merged(
    kind: Kind,
    submission: SubmissionKind,
    fields: Iterable[Proposed],
    *,
    now: Mapping[str, Any] | None,
    proposed: Mapping[str, Any],
    stand: Stand,
) -> CenterDocument | FacilitatorDocument:
    """Return the document to publish.

    Refused fields of a change stay as they are published; a refused capability
    of a first listing is not stated, since nobody may take it for a no.

    Args:
        kind: Center or facilitator.
        submission: First listing or change.
        fields: With their decisions.
        now: The document published now; ``None`` for a first listing.
        proposed: The whole document that was submitted.
        stand: On whose word.

    Raises:
        MovedOnError: With the accepted fields that changed meanwhile.
        DecidedApartError: With fields that are accepted all or none.
        NotWholeError: With what is missing, as the shape of documents names it.
    """
    fields = tuple(fields)
    accepted = [one for one in fields if one.decision is Decision.ACCEPTED]
    conflicts = moved_on(accepted, now)
    if conflicts:
        raise MovedOnError(fields=list(conflicts))
    names = {one.field for one in accepted}
    for group in together(fields):
        if group & names and not group <= names:
            raise DecidedApartError(fields=sorted(group))
    flat = by_field(now or {})
    for name in FOLLOWS & proposed.keys():
        flat.setdefault(name, proposed[name])
    for one in accepted:
        if one.after is None:
            flat.pop(one.field, None)
        else:
            flat[one.field] = _stamped(one.after, stand, verified=one.verified)
    if submission is SubmissionKind.FIRST:
        for one in fields:
            if one.field.startswith("capability.") and one.field not in names:
                flat[one.field] = {
                    "key": one.after["key"],
                    "value": Value.NOT_STATED.value,
                    "checked_on": stand.today.isoformat(),
                }
    if not stand.keeps_basis:
        _restate_identity(flat, accepted, stand)
    return _document(kind, flat)


def _document(
    kind: Kind, flat: Mapping[str, Any]
) -> CenterDocument | FacilitatorDocument:
    shape = CenterDocument if kind is Kind.CENTER else FacilitatorDocument
    whole = {**_nested(flat), "state": "published"}
    try:
        return shape.model_validate(whole)
    except ValidationError as error:
        places = (".".join(map(str, one["loc"])) for one in error.errors())
        raise NotWholeError(missing=sorted(set(places))) from error


def _nested(flat: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document from its fields; see ``by_field`` for the way there."""
    whole: dict[str, Any] = {}
    for field, value in flat.items():
        part, _, rest = field.partition(".")
        if part == "names" and rest:
            whole.setdefault("names", {})[rest] = value
        elif part in LISTS and rest:
            whole.setdefault(LISTS[part], []).append(value)
        elif isinstance(value, Mapping) and "field" in value:
            whole.setdefault("details", []).append(value)
        else:
            whole[field] = value
    return whole


def _stamped(after: Any, stand: Stand, *, verified: bool) -> Any:
    if not isinstance(after, Mapping) or stand.keeps_basis:
        return after
    if not states_something(after):
        return after
    return {**after, **_word(stand, verified=verified)}


def _word(stand: Stand, *, verified: bool) -> dict[str, str]:
    if verified:
        return {
            "basis": Basis.VERIFIED.value,
            "checked_on": stand.today.isoformat(),
            "checked_by": "editors",
        }
    return {
        "basis": Basis.ATTESTED.value,
        "checked_on": stand.stated_on.isoformat(),
        "checked_by": stand.office,
    }


def _restate_identity(
    flat: dict[str, Any], accepted: Iterable[Proposed], stand: Stand
) -> None:
    """Let the hospital's word stand behind names and places that it changed.

    The page that bore them out before does not say what they say now.
    """
    changed = [
        one
        for one in accepted
        if one.field in OF_IDENTITY or one.field.startswith("names.")
    ]
    if not changed or any(one.field == "identity" for one in accepted):
        return
    flat["identity"] = _word(stand, verified=all(one.verified for one in changed))


def _is_detail(one: Proposed) -> bool:
    value = one.after if one.after is not None else one.before
    return isinstance(value, Mapping) and "field" in value


def _have_moved(entries: list[Proposed]) -> bool:
    if any(one.after is None for one in entries):
        return True
    return any(
        one is not other and said(one.before) == said(other.after)
        for one in entries
        if one.before is not None
        for other in entries
    )
