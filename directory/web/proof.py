"""Forms that show that a person sent them, from a page of this site."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from flask import Response, current_app, g, make_response, request
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFError
from flask_wtf.form import _Auto, _is_submitted
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.exceptions import HTTPException
from wtforms import HiddenField, StringField

from directory.core.errors import DirectoryError
from directory.web import context
from directory.web.errors import keep_forms, words_for
from directory.web.words import _

if TYPE_CHECKING:
    from flask import Blueprint, Flask
    from flask.blueprints import BlueprintSetupState
    from flask.typing import ResponseReturnValue

CONTROLS = {code: None for code in (*range(32), 127) if chr(code) not in "\t\n\r"}
"""Characters that no keyboard types and no page may hold."""


def printable(words: str | None) -> str | None:
    """Return what was typed without control characters."""
    return words.translate(CONTROLS) if words else words


def be_refused(status: int) -> None:
    """Let every form of this request be refused: nothing is stored now.

    Args:
        status: Why, as HTTP says it: 503 or 429.
    """
    g.refused_with = status


def refused_with() -> int | None:
    """Return why nothing is stored now, if that is so."""
    found = g.get("refused_with")
    return found if isinstance(found, int) else None


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
        refused = refused_with()
        if refused is not None:
            words = words_for(refused)
            self.form_errors += [str(words.title), str(words.todo)]
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
        refused = refused_with()
        if refused is not None:
            return refused
        if self.is_unproven:
            return 400
        return 422 if self.errors else 200


class ButtonForm(ProvenForm):
    """A button that changes something."""


def keep_what_was_typed(bp: Blueprint) -> None:
    """Let forms of a blueprint come back with everything that was typed in them.

    When a browser did not prove itself, while nothing can be stored, and when too
    much was sent.
    """

    @bp.errorhandler(CSRFError)
    def unproven(_error: CSRFError) -> ResponseReturnValue:
        # The form checks the same token again, so it refuses and keeps what it
        # was given.
        try:
            return _same_page()
        except (DirectoryError, HTTPException) as error:
            # Flask asks no handler about what another one raises.
            return current_app.handle_user_exception(error)

    def again(status: int) -> Response | None:
        if request.method != "POST":
            return None
        be_refused(status)
        response = _same_page()
        return response if response.status_code == status else None

    @bp.record_once
    def keep_every_form(state: BlueprintSetupState) -> None:
        keep_forms(cast("Flask", state.app), bp.name, again)


def _same_page() -> Response:
    view = current_app.view_functions[str(request.endpoint)]
    return make_response(view(**(request.view_args or {})))


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


TOO_QUICK = timedelta(seconds=2)
"""Between opening a form and sending it: nobody reads and types faster."""

PURPOSE = "directory/form-opened"
"""Salt of what a form says about when it was opened."""


def opened(moment: datetime) -> str:
    """Return what a form carries to say when it was opened, signed."""
    return _signer().dumps(int(moment.timestamp()))


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(context.tools().settings.secret_key, salt=PURPOSE)


class UnhurriedForm(HumanForm):
    """A form that anybody may send, but not the moment after it was opened."""

    opened = HiddenField()

    def __init__(self, **kwargs: Any) -> None:
        """Take what was posted; a form that is shown first is opened now."""
        super().__init__(**kwargs)
        if self._opened_at() is None:
            self.opened.data = opened(context.tools().clock())

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Check the fields, and that a person had the time to fill them in."""
        is_valid = super().validate(extra_validators)
        since = self._opened_at()
        now = context.tools().clock()
        if is_valid and (since is None or now - since < TOO_QUICK):
            self.form_errors.append(
                _("That was very quick. Please look at it once more and send it again.")
            )
            is_valid = False
        return is_valid

    def _opened_at(self) -> datetime | None:
        try:
            found = _signer().loads(self.opened.data or "")
            return datetime.fromtimestamp(found, UTC)
        except (BadSignature, ValueError, TypeError, OverflowError):
            return None
