"""From a WTForms field to what the markup of a component needs.

``templates/parts/fields.html`` renders the result; nothing here makes HTML.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import gettext
from wtforms import (
    BooleanField,
    Field,
    FileField,
    Form,
    RadioField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.fields.choices import (  # type: ignore[attr-defined]
    SelectChoice,
    SelectFieldBase,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PLAIN = frozenset({"autocomplete", "inputmode", "spellcheck", "rows", "autocapitalize"})
"""Keys of ``render_kw`` that the components take by name."""


def choices(words: Iterable[tuple[str, object]]) -> list[SelectChoice]:
    """Return what a field offers, from pairs of a value and its words."""
    return [SelectChoice(value=value, label=label) for value, label in words]


def component(field: Field) -> str:
    """Return which component shows a field."""
    if isinstance(field, RadioField):
        return "radios"
    if isinstance(field, BooleanField):
        return "checkbox"
    if isinstance(field, SelectMultipleField):
        return "checkboxes"
    if isinstance(field, SelectField):
        return "select"
    if isinstance(field, TextAreaField):
        return "textarea"
    return "file" if isinstance(field, FileField) else "input"


def parameters(
    field: Field,
    *,
    size: str = "s",
    heading: bool = False,
    width: str | None = None,
    classes: str = "",
    code: bool = False,
) -> dict[str, Any]:
    """Return the parameters of the component that shows a field.

    Args:
        field: Bound, with its errors if the form was refused.
        size: Of the label or legend: ``s``, ``m`` or ``l``.
        heading: Whether the label or legend is the page's ``h1``.
        width: Characters expected, as the components know them: 2 to 30.
        classes: More classes on the field itself.
        code: Whether this is a code: monospaced and never spell-checked.
    """
    kind = component(field)
    given = dict(field.render_kw or {})
    found: dict[str, Any] = {
        "id": field.id,
        "idPrefix": field.id,
        "name": field.name,
        "classes": classes,
        **{name: given.pop(name) for name in PLAIN & given.keys()},
        **_spoken(field),
    }
    if kind == "checkbox":
        found["items"] = [_single(field, found.pop("hint", None))]
    elif isinstance(field, SelectFieldBase):
        found["items"] = list(_items(field, kind))
    if kind in {"radios", "checkboxes", "checkbox"}:
        # The first choice has the field's id; the group has none.
        del found["id"]
    if kind != "checkbox":
        found |= _named(field, kind, size=size, heading=heading)
    if kind in {"input", "textarea"}:
        # What the widget itself would show; a password is never shown again.
        is_hidden = getattr(field.widget, "hide_value", False)
        found["value"] = "" if is_hidden else getattr(field, "_value")()  # noqa: B009
    if kind == "input":
        found |= {
            "type": getattr(field.widget, "input_type", "text"),
            "width": width,
            "code": code,
        }
        if code or found.get("spellcheck") == "false":
            found["spellcheck"] = False
    if field.flags.required and kind in {"input", "textarea", "select"}:
        given["aria-required"] = "true"
    found["attributes"] = {
        name: str(value) for name, value in given.items() if value is not None
    }
    return found


def _spoken(field: Field) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if field.description:
        found["hint"] = {"text": str(field.description)}
    if field.errors:
        found["errorMessage"] = {
            "text": str(_first(field)),
            "visuallyHiddenText": gettext("Error"),
        }
    return found


def _named(field: Field, kind: str, *, size: str, heading: bool) -> dict[str, Any]:
    label = {"text": str(field.label.text), "size": size, "isPageHeading": heading}
    if kind in {"radios", "checkboxes"}:
        return {"fieldset": {"legend": label}}
    return {"label": label}


def _single(field: Field, hint: object) -> dict[str, Any]:
    return {
        "value": "y",
        "text": str(field.label.text),
        "checked": bool(field.data),
        "hint": hint,
    }


def _items(field: SelectFieldBase, kind: str) -> Iterator[dict[str, Any]]:
    chosen = "selected" if kind == "select" else "checked"
    # The stubs are of an earlier release, where choices were bare tuples.
    choices: Iterator[Any] = iter(field.iter_choices())
    for choice in choices:
        more = dict(choice.render_kw or {})
        hint = more.pop("hint", None)
        yield {
            "value": str(choice.value),
            "text": str(choice.label),
            chosen: bool(choice.selected),
            "hint": {"text": str(hint)} if hint else None,
            "exclusive": more.pop("exclusive", None),
        }


def _first(field: Field) -> object:
    """Return the first message; nested fields keep theirs in mappings."""
    errors: Any = field.errors
    while isinstance(errors, dict | list | tuple) and errors:
        errors = next(iter(errors.values())) if isinstance(errors, dict) else errors[0]
    return errors


def problems(form: Form) -> list[dict[str, str]]:
    """Return each refused field with its message, for the error summary."""
    found = [{"text": str(message), "href": "#main"} for message in form.form_errors]
    found += [
        {"text": str(_first(field)), "href": f"#{field.id}"}
        for field in form
        if field.errors
    ]
    return found
