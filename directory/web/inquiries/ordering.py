"""In which order chosen centers are asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from directory.web.inquiries.proof import AskForm
from directory.web.inquiries.words import _

PLACES = {"1": _("Ask first"), "2": _("Ask second"), "3": _("Ask third")}
"""Places that a center can have."""


class OrderForm(AskForm):
    """A place for each center; made anew for each choice of centers."""

    slugs: tuple[str, ...] = ()

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Check each place, then that no two centers share one."""
        is_valid = super().validate(extra_validators)
        seen: set[str] = set()
        for slug in self.slugs:
            field = self[place_name(slug)]
            if field.data in seen:
                field.errors = [_("Another center has this place: choose one each")]
                is_valid = False
            seen.add(field.data)
        return is_valid

    def ordered(self) -> tuple[str, ...]:
        """Return the centers by their places."""
        places = {slug: str(self[place_name(slug)].data) for slug in self.slugs}
        return tuple(sorted(self.slugs, key=places.__getitem__))


def place_name(slug: str) -> str:
    """Return the name of the field with a center's place."""
    return f"place-{slug}"


def order_form(names: Mapping[str, str]) -> type[OrderForm]:
    """Return the form for these centers.

    Args:
        names: What each is called, by slug.
    """
    places = list(PLACES.items())[: len(names)]
    options = [SelectChoice(value=place, label=words) for place, words in places]
    fields: dict[str, Any] = {
        place_name(slug): SelectField(name, choices=options)
        for slug, name in names.items()
    }
    return type("OrderOfThese", (OrderForm,), {**fields, "slugs": tuple(names)})
