"""Which language a page is in, and how a reader changes it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from flask import Response, g, has_request_context, request

from directory.core.text import Language

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MARK = "directory.language"
"""Key in the WSGI environment under which the prefix is kept."""

NAMES: dict[Language, str] = {
    Language.EN: "English",
    Language.ZH: "中文",
    Language.RU: "Русский",
    Language.AR: "العربية",
}
"""What each language calls itself; never translated."""

COOKIE_AGE_SECONDS = 365 * 24 * 60 * 60


class LanguagePrefix:
    """Move ``/zh`` and the like from the path to the script name.

    So every address that the application makes keeps the language of the page
    that it stands on, and no route needs to know of languages.
    """

    def __init__(self, application: WSGIApplication) -> None:
        """Stand in front of an application."""
        self.application = application

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Take the prefix off, if there is one, and go on."""
        _, _, path = environ.get("PATH_INFO", "").partition("/")
        code, slash, rest = path.partition("/")
        if code in set(Language):
            environ["SCRIPT_NAME"] = f"{environ.get('SCRIPT_NAME', '')}/{code}"
            environ["PATH_INFO"] = f"/{rest}" if slash else "/"
            environ[MARK] = code
        return self.application(environ, start_response)


def chosen() -> Language:
    """Return the language of this request: prefix, cookie, browser, English."""
    if not has_request_context():
        return Language.EN
    found: Language | None = g.get("language")
    if found is None:
        found = g.language = _choose()
    return found


def _choose() -> Language:
    prefix = request.environ.get(MARK)
    if prefix:
        return Language(prefix)
    kept = request.cookies.get(cookie_name())
    if kept in set(Language):
        return Language(kept)
    return preferred()


def preferred() -> Language:
    """Return the language that the browser asks for most, else English.

    ``zh-CN`` is served by ``zh``, and before an English that is wanted less.
    """
    for tag, quality in request.accept_languages:
        code = tag.partition("-")[0].lower()
        if quality > 0 and code in set(Language):
            return Language(code)
    return Language.EN


def cookie_name() -> str:
    """Return the name of the cookie that remembers the language."""
    return "__Host-language" if request.is_secure else "language"


def remember(response: Response, language: Language) -> None:
    """Set the cookie that makes the choice last."""
    response.set_cookie(
        cookie_name(),
        language.value,
        max_age=COOKIE_AGE_SECONDS,
        path="/",
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )


def vary(response: Response) -> None:
    """Tell caches what an address without prefix depends on.

    An answer that has said so itself, like the API's, is left as it is.
    """
    if MARK not in request.environ and not response.vary:
        response.vary.update(["Accept-Language", "Cookie"])


def own_path(target: str) -> str | None:
    """Return a path and query of this site without its language, or nothing.

    Anything that a browser might read as another site is refused: a scheme, a
    host, two slashes, a backslash, a control character.
    """
    if not target.startswith("/") or "\\" in target:
        return None
    if any(ord(letter) < 0x20 or ord(letter) == 0x7F for letter in target):
        return None
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    if parts.scheme or parts.netloc or parts.path.startswith("//"):
        return None
    _, _, path = parts.path.partition("/")
    code, _, rest = path.partition("/")
    if code in set(Language):
        path = rest
    if path.startswith("/"):
        return None
    path = "/" + quote(path, safe="/-._~%")
    query = quote(parts.query, safe="=&%+-._~:,;@!$'()*/?")
    return f"{path}?{query}" if query else path


def root() -> str:
    """Return the script name without the language, as a proxy may set one."""
    script = request.script_root
    prefix = request.environ.get(MARK)
    return script.removesuffix(f"/{prefix}") if prefix else script


def in_language(language: Language, path: str) -> str:
    """Return an own path (see :func:`own_path`) under a language's prefix."""
    return f"{root()}/{language.value}{path}"


def here() -> str:
    """Return this page's path without language and query, for links to it."""
    return quote(request.path, safe="/-._~")


def here_with_query() -> str:
    """Return this page's path and query without the language."""
    query = request.query_string.decode("ascii", "replace")
    return f"{here()}?{query}" if query else here()
