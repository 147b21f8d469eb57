"""Headers that let any page of any site read the API, without its cookies."""

from __future__ import annotations

from flask import Response, request

from directory.web import context

METHODS = "GET, HEAD, OPTIONS"

CROSS_ORIGIN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Retry-After, X-Request-ID",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
"""Everything here is public and the same for everybody, so any origin may read
it. With ``*`` browsers send no credentials (source: Fetch standard, CORS)."""

PREFLIGHT = {
    "Access-Control-Allow-Methods": METHODS,
    "Access-Control-Allow-Headers": "If-None-Match, Accept-Language",
    "Access-Control-Max-Age": "86400",
}


def open_to_all(response: Response) -> Response:
    """Set them, and what the answer depends on."""
    response.headers.update(CROSS_ORIGIN)
    if request.method == "OPTIONS":
        response.headers.update(PREFLIGHT)
    response.headers["Content-Language"] = context.language().tag
    response.vary.add("Accept-Language")
    return response
