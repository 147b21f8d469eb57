"""Headers on every answer, what is cached, and what is compressed."""

from __future__ import annotations

import gzip
import secrets
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import brotli
from flask import Flask, Request, Response, current_app, g, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

from directory.web import keeping
from directory.web.locale import vary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HSTS = "max-age=31536000; includeSubDomains"

POLICY = (
    "default-src 'none'; script-src {scripts}; style-src 'self'; img-src 'self';"
    " connect-src 'self'; manifest-src 'self'; form-action 'self';"
    " base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)
"""Nothing inline, nothing from elsewhere."""

UNUSED = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture",
    "encrypted-media", "fullscreen", "geolocation", "gyroscope", "hid",
    "identity-credentials-get", "idle-detection", "magnetometer", "microphone",
    "midi", "payment", "picture-in-picture", "publickey-credentials-get",
    "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
"""Browser features that no page here uses."""

ALWAYS: tuple[tuple[str, str], ...] = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Permissions-Policy", ", ".join(f"{name}=()" for name in UNUSED)),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Content-Security-Policy", POLICY.format(scripts="'self'")),
)
"""Set on each answer that does not set them itself."""

PUBLIC = "public, max-age=60, stale-if-error=86400"
PRIVATE = "no-store"

SESSION = "directory.session"
"""Key in the WSGI environment under which the session is kept."""

WORTH_COMPRESSING = 1024
"""Bytes; below it a smaller body does not make fewer packets."""

QUALITY = 5
"""Of Brotli, for pages that are made as they are asked for: 0 to 11."""

TEXTUAL = (
    "text/",
    "application/json",
    "application/problem+json",
    "application/xml",
    "application/atom+xml",
)


NO_HOST = "A request of HTTP/1.1 names the host that it is for. This one named none.\n"
"""In plain text: without a host name no page can be made."""


class HostNamed:
    """Refuse what names no host although its version of HTTP must.

    Such a request would be answered as if it had asked for the address that the
    server listens on (source: RFC 9112, section 3.2).
    """

    def __init__(self, application: WSGIApplication) -> None:
        """Stand in front of an application."""
        self.application = application

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Go on, or answer 400."""
        if environ.get("HTTP_HOST") or environ.get("SERVER_PROTOCOL") == "HTTP/1.0":
            return self.application(environ, start_response)
        refusal = Response(NO_HOST, status=400, mimetype="text/plain")
        refusal.headers["Cache-Control"] = PRIVATE
        return refusal(environ, start_response)


class SecurityHeaders:
    """Put the headers on every answer, whoever made it: page, file or refusal.

    Args:
        application: What answers.
        https: Whether readers always come over https.
    """

    def __init__(self, application: WSGIApplication, *, https: bool) -> None:
        """Stand in front of an application."""
        self.application = application
        self.https = https

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer, adding what is not there yet."""
        secure = self.https or environ.get("wsgi.url_scheme") == "https"

        def start(
            status: str,
            headers: list[tuple[str, str]],
            problem: tuple[type[BaseException], BaseException, TracebackType]
            | tuple[None, None, None]
            | None = None,
        ) -> Callable[[bytes], object]:
            there = {name.lower() for name, _ in headers}
            headers.extend(pair for pair in ALWAYS if pair[0].lower() not in there)
            if secure and "strict-transport-security" not in there:
                headers.append(("Strict-Transport-Security", HSTS))
            if problem is None:
                return start_response(status, headers)
            return start_response(status, headers, problem)

        return self.application(environ, start)


View = TypeVar("View", bound="Callable[..., Any]")

MOST_BYTES = "most_bytes"
"""Attribute of a view that takes more than others."""


def takes(most_bytes: int) -> Callable[[View], View]:
    """Let one view take larger requests than others, such as those with files.

    Args:
        most_bytes: Of a request to it.
    """

    def mark(view: View) -> View:
        setattr(view, MOST_BYTES, most_bytes)
        return view

    return mark


def allow_larger() -> None:
    """Raise the limit of this request, if its view says so; before it is read."""
    view = current_app.view_functions.get(request.endpoint or "")
    most = getattr(view, MOST_BYTES, None)
    if most is not None:
        request.max_content_length = most


def make_private() -> None:
    """Say that this answer is for one reader: never cached, scripts by nonce."""
    g.private = True


def is_private() -> bool:
    """Tell whether this answer is for one reader."""
    return bool(g.get("private", False))


def nonce() -> str:
    """Return the nonce that scripts of a private page carry; else nothing.

    Public pages are cached and revalidated, so a nonce in them would be known
    and stale; they allow scripts of this site and nothing else.
    """
    if not is_private():
        return ""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def finish(response: Response) -> Response:
    """Set caching and policy on an answer, and compress it if it is public."""
    if response.mimetype == "text/html" and "nonce" in g:
        response.headers["Content-Security-Policy"] = POLICY.format(
            scripts=f"'nonce-{g.nonce}'"
        )
    sets_cookie = "Set-Cookie" in response.headers or _uses_session()
    if is_private() or sets_cookie or request.method not in {"GET", "HEAD"}:
        response.headers["Cache-Control"] = PRIVATE
        return response
    vary(response)
    if response.status_code == 304:
        response.vary.add("Accept-Encoding")
    response = _compress(response)
    if response.status_code == 200 and not response.is_streamed:
        response.headers.setdefault("Cache-Control", PUBLIC)
        # A tag of what the page was made from, or else of the very bytes that are
        # sent, so that it may be a strong one.
        keeping.tag_of(response)
        response.add_etag()
        keeping.keep(response)
        response.make_conditional(request)
    elif response.status_code >= 400 and response.status_code not in {404, 410}:
        response.headers["Cache-Control"] = PRIVATE
    else:
        response.headers.setdefault("Cache-Control", PUBLIC)
    return response


class Sessions(SecureCookieSessionInterface):
    """Sessions in signed cookies, kept where looking at them is not using them."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Open the session and remember it beside the request."""
        session = super().open_session(app, request)
        request.environ[SESSION] = session
        return session


def _uses_session() -> bool:
    session = request.environ.get(SESSION)
    return session is not None and (session.accessed or session.modified)


def _compress(response: Response) -> Response:
    """Compress what holds no secret; pages for one reader never come here."""
    if (
        response.status_code in {204, 304}
        or response.is_streamed
        or "Content-Encoding" in response.headers
        or not (response.mimetype or "").startswith(TEXTUAL)
        or (response.content_length or 0) < WORTH_COMPRESSING
    ):
        return response
    response.vary.add("Accept-Encoding")
    accepted = request.accept_encodings
    if accepted["br"] > 0:
        response.set_data(brotli.compress(response.get_data(), quality=QUALITY))
        response.headers["Content-Encoding"] = "br"
    elif accepted["gzip"] > 0:
        response.set_data(gzip.compress(response.get_data(), 6, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response


def trusted_hosts(base_url: str, given: tuple[str, ...]) -> list[str]:
    """Return the host names that are answered; without settings, this machine's."""
    hosts = [*given, "localhost", "127.0.0.1", "[::1]"]
    named = urlsplit(base_url).hostname if base_url else None
    return [named, *hosts] if named else hosts


def configuration(*, https: bool, secret_key: str, **more: Any) -> dict[str, Any]:
    """Return Flask's settings that keep readers and the server safe."""
    return {
        "SECRET_KEY": secret_key,
        "SESSION_COOKIE_NAME": "__Host-session" if https else "session",
        "SESSION_COOKIE_SECURE": https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        "MAX_CONTENT_LENGTH": 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 256 * 1024,
        "MAX_FORM_PARTS": 200,
        "WTF_CSRF_TIME_LIMIT": 8 * 60 * 60,
        # The referrer is never sent (see ALWAYS), so it cannot be asked for;
        # guards.same_origin asks for Sec-Fetch-Site and Origin instead.
        "WTF_CSRF_SSL_STRICT": False,
        **more,
    }
