"""Answers that were given in the pre-check, carried into an inquiry.

They are about health, so they travel in the body of a post and then in a sealed cookie
of the reader's own browser; nothing is kept here before there is consent to it.
"""

from __future__ import annotations

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

from flask import Response, request
from flask.typing import ResponseReturnValue

from directory.core.crypto import Place, SealBrokenError, seal, unseal
from directory.web.inquiries import choices, cookies, labels
from directory.web.inquiries.blueprint import bp, keys, redirect
from directory.web.inquiries.proof import ButtonForm

CARRIED = "inquiry-carried"
"""Purpose of the key under which a browser holds answers."""

PLACE = Place("cookie", "inquiry", "carried")

FILLED_BYTES = 768
"""All answers together have fewer."""

ONE = {
    "lines": labels.LINES,
    "transplant": labels.TRANSPLANTS,
    "performance": labels.PERFORMANCES,
    "travel": labels.TRAVELS,
}
"""Questions of the page about the illness with one answer."""

SEVERAL = {"drug_classes": labels.DRUG_CLASSES, "wanted": labels.WANTED}
"""Those with several."""


@bp.post("/carry")
def carry() -> ResponseReturnValue:
    """Take answers of the pre-check along, then ask who asks.

    Fields are named as on the page about the illness. What is not one of its answers
    is left out, and free text is not taken.
    """
    form = ButtonForm()
    response = redirect("new")
    if form.validate_on_submit():
        keep(response, known_answers())
    return response


def known_answers() -> dict[str, Any]:
    """Return what was posted, as far as it is an answer that can be chosen."""
    found: dict[str, Any] = {}
    diagnosis = request.form.get("diagnosis", "")
    if diagnosis in {option.value for option in choices.diagnoses() if option.value}:
        found["diagnosis"] = diagnosis
    for name, words in ONE.items():
        given = request.form.get(name, "")
        if given in {key.value for key in words}:
            found[name] = given
    for name, words in SEVERAL.items():
        known = {key.value for key in words}
        several = [one for one in request.form.getlist(name) if one in known]
        if several:
            found[name] = list(dict.fromkeys(several))
    return found


def keep(response: Response, answers: Mapping[str, Any]) -> None:
    """Let the browser hold answers, sealed and of one length."""
    plain = json.dumps(answers, separators=(",", ":")).encode()
    sealed = seal(keys().derived(CARRIED), plain.ljust(FILLED_BYTES), PLACE)
    cookies.keep_carried(response, urlsafe_b64encode(sealed).decode())


def carried() -> dict[str, Any]:
    """Return the answers that this browser carries; none if it carries none."""
    value = cookies.carried()
    try:
        sealed = urlsafe_b64decode(value.encode("ascii"))
        found = json.loads(unseal(keys().derived(CARRIED), sealed, PLACE))
    except (binascii.Error, UnicodeError, ValueError, SealBrokenError):
        return {}
    return found if isinstance(found, dict) else {}
