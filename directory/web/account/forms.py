"""What is typed on the pages of one's own account."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from wtforms import (
    EmailField,
    Field,
    HiddenField,
    PasswordField,
    RadioField,
    StringField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Email, InputRequired, Length

from directory.accounts.rules.passwords import (
    LONGEST,
    SHORTEST,
    PasswordFlaw,
    password_flaw,
)
from directory.core.text import Language, legible
from directory.web import context, locale
from directory.web.proof import ProvenForm
from directory.web.words import _

NAME_LONGEST = 200
EMAIL_LONGEST = 254
"""Characters (source: RFC 5321, section 4.5.3.1, as corrected)."""

LONGEST_TYPED = 1024
"""Characters of a password that are looked at, so that nobody keeps us busy."""

FLAWS = {
    PasswordFlaw.SHORT: _("Choose a password of at least 12 characters"),
    PasswordFlaw.LONG: _("Choose a password of at most 128 characters"),
    PasswordFlaw.COMMON: _(
        "This password is easily guessed: it is common, or made of names, dates or"
        " rows of keys. Choose another, such as four words that nobody connects"
    ),
}


def folded(words: str | None) -> str | None:
    """Return an address as accounts keep it."""
    return words.strip().lower() if words else words


def trimmed(words: str | None) -> str | None:
    """Return words without spaces around them or in rows."""
    return " ".join(words.split()) if words else words


def readable(_form: object, field: Field) -> None:
    """Refuse characters that are not seen, or that turn the words around them."""
    try:
        legible(field.data or "")
    except ValueError as error:
        raise ValidationError(
            gettext("This has a character that cannot be seen. Type it again.")
        ) from error


class AccountForm(ProvenForm):
    """A form of these pages."""

    @property
    def is_sent(self) -> bool:
        """Whether this is a post, and a sound one."""
        return self.validate_on_submit()

    def refuse(self, words: str) -> None:
        """Say on top of the page why nothing was done."""
        self.form_errors.append(words)


class ButtonForm(AccountForm):
    """A button that changes something."""


def _email(label: str, **more: Any) -> EmailField:
    return EmailField(
        label,
        [
            InputRequired(_("Type your email address")),
            Length(max=EMAIL_LONGEST, message=_("This email address is too long")),
            Email(_("Type an email address such as name@example.org")),
        ],
        filters=[folded],
        render_kw={"autocomplete": "username", "spellcheck": "false"},
        **more,
    )


def _password(label: str) -> PasswordField:
    return PasswordField(
        label,
        [
            InputRequired(_("Type your password")),
            Length(max=LONGEST_TYPED, message=_("This password is too long")),
        ],
        render_kw={"autocomplete": "current-password"},
    )


def _new_password() -> PasswordField:
    return PasswordField(
        _("New password"),
        [InputRequired(_("Choose a password"))],
        description=_(
            "At least 12 characters. Any characters, spaces too; pasting works."
        ),
        render_kw={
            "autocomplete": "new-password",
            "minlength": SHORTEST,
            "maxlength": LONGEST,
        },
    )


def _name() -> StringField:
    return StringField(
        _("Your name"),
        [
            InputRequired(_("Type your name")),
            Length(max=NAME_LONGEST, message=_("Shorten your name")),
            readable,
        ],
        filters=[trimmed],
        description=_("As colleagues and our moderators will see it."),
        render_kw={"autocomplete": "name"},
    )


def _language() -> RadioField:
    return RadioField(
        _("Language of our letters to you"),
        [InputRequired(_("Choose a language"))],
        choices=[
            SelectChoice(value=code.value, label=name)
            for code, name in locale.NAMES.items()
        ],
    )


class SignInForm(AccountForm):
    """An address and a password."""

    email = _email(_("Email address"))
    password = _password(_("Password"))


class ProveForm(AccountForm):
    """The password once more."""

    password = _password(_("Password"))


class CodeForm(AccountForm):
    """A code of an app, or a spare code."""

    code = StringField(
        _("Code"),
        [
            InputRequired(_("Type the code")),
            Length(max=40, message=_("This code is too long")),
        ],
        filters=[trimmed],
        render_kw={
            "autocomplete": "one-time-code",
            "autocapitalize": "none",
            "spellcheck": "false",
        },
    )


class PasskeyForm(AccountForm):
    """What a device answered; filled in by a script."""

    credential = HiddenField(validators=[Length(max=20_000)])


class NewPasskeyForm(PasskeyForm):
    """A new passkey, and what its owner calls it."""

    name = StringField(
        _("Name of this passkey"),
        [
            InputRequired(_("Give the passkey a name")),
            Length(max=64, message=_("Shorten the name to 64 characters")),
            readable,
        ],
        filters=[trimmed],
        description=_("So that you know it again, for example the name of the device."),
        render_kw={"autocomplete": "off"},
    )


class PasswordForm(AccountForm):
    """A form with a new password.

    Args:
        known: What others know of the person besides what is typed here.
    """

    password = _new_password()

    def __init__(self, *, known: tuple[str, ...] = (), **kwargs: Any) -> None:
        """Keep what others know."""
        super().__init__(**kwargs)
        self.known = known

    def validate_password(self, field: Field) -> None:
        """Refuse what is short, endless, or among the first to be guessed."""
        typed = [self[name].data or "" for name in ("name", "email") if name in self]
        flaw = password_flaw(field.data or "", [*self.known, *typed])
        if flaw is not None:
            raise ValidationError(FLAWS[flaw])


class RegisterForm(PasswordForm):
    """A new account."""

    name = _name()
    email = _email(
        _("Email address"),
        description=_(
            "If you speak for a hospital, use your address at its own domain."
        ),
    )
    password = _new_password()
    language = _language()


class ChangePasswordForm(PasswordForm):
    """The password until now, and the new one."""

    current = _password(_("Password until now"))
    password = _new_password()


class AddressForm(AccountForm):
    """An address."""

    email = _email(_("Email address"))


class DetailsForm(AccountForm):
    """Name and language."""

    name = _name()
    language = _language()

    @property
    def chosen(self) -> Language:
        """Return the language that was chosen."""
        return Language(self.language.data)


def known_of_self() -> tuple[str, ...]:
    """Return what others know of who has signed in, for judging a password."""
    found = context.signed_in()
    if found is None:
        return ()
    return (found.name, found.email, *(office.name for office in found.offices))
