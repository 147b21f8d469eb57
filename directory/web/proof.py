"""Forms that show that a person sent them, from a page of this site."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import g, request
from flask_wtf import FlaskForm
from flask_wtf.form import _Auto, _is_submitted
from wtforms import StringField

from directory.web.errors import words_for
from directory.web.words import _

CONTROLS = {code: None for code in (*range(32), 127) if chr(code) not in "\t\n\r"}
"""Characters that no keyboard types and no page may hold."""


def printable(words: str | None) -> str | None:
    """Return what was typed without control characters."""
    return words.translate(CONTROLS) if words else words


def be_busy() -> None:
    """Let every form of this request be refused: nothing can be stored now."""
    g.is_busy = True


def is_busy() -> bool:
    """Tell whether nothing can be stored now."""
    return bool(g.get("is_busy", False))


class ProvenForm(FlaskForm):
    """A form that says in words when it may not have come from its own page."""

    class Meta(FlaskForm.Meta):
        """Takes fields of forms only: no page here sends a file or JSON."""

        def wrap_formdata(self, form: object, formdata: Any) -> Any:
            """Return what was posted; nothing if nothing was."""
            del form
            if formdata is not _Auto:
                return formdata
            return (request.form or None) if _is_submitted() else None

    is_unproven = False
    """Whether it was refused because the browser did not prove itself."""

    def __init__(self, **kwargs: Any) -> None:
        """Take what was posted, else ``data``."""
        super().__init__(**kwargs)  # type: ignore[no-untyped-call]

    def validate_on_submit(
        self, extra_validators: Mapping[str, Any] | None = None
    ) -> bool:
        """Tell whether this is a post, and a sound one."""
        sent: bool = super().validate_on_submit(extra_validators)  # type: ignore[no-untyped-call]
        return sent

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Check the fields, and that they came from a page of this site."""
        is_valid = bool(super().validate(extra_validators))
        if is_busy():
            busy = words_for(503)
            self.form_errors += [str(busy.title), str(busy.todo)]
            return False
        token = getattr(self, "csrf_token", None)
        if token is not None and token.errors:
            token.errors = []
            self.is_unproven = True
            self.form_errors.append(
                _(
                    "We could not be sure that this came from you. What you typed is"
                    " still here: send it once more. If it happens again, allow"
                    " cookies for this site."
                )
            )
        return is_valid

    @property
    def status(self) -> int:
        """Return the HTTP status of the page that shows this form."""
        if is_busy():
            return 503
        if self.is_unproven:
            return 400
        return 422 if self.errors else 200


class ButtonForm(ProvenForm):
    """A button that changes something."""


class HumanForm(ProvenForm):
    """A form for people: it has a field that only programs fill in."""

    company = StringField(
        _("Leave this field empty"),
        filters=[printable],
        render_kw={"autocomplete": "off", "tabindex": "-1"},
    )

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Check the fields, and that no program filled in what nobody sees."""
        is_valid = super().validate(extra_validators)
        if self.company.data:
            self.company.errors = [_("Leave this field empty, then send again")]
            is_valid = False
        return is_valid
