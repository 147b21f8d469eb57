"""Alive, ready, and how much: for whoever runs the directory."""

from __future__ import annotations

import hmac
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, jsonify, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from directory.web.context import tools
from directory.web.guards import limiter
from directory.web.machines import health
from directory.web.machines.gauges import Gauges
from directory.web.observe import observed
from directory.web.security import make_private

bp = Blueprint("machines", __name__)

FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")
"""Headers that show that a request came through a proxy from elsewhere."""

OWN_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
"""Hosts that only a client on this machine asks for."""


@bp.before_request
def never_kept() -> None:
    """Let no cache keep how things stood."""
    make_private()


@bp.get("/healthz")
@limiter.exempt
def alive() -> ResponseReturnValue:
    """Say that this process answers; it looks at nothing else."""
    return jsonify(alive=True)


@bp.get("/readyz")
@limiter.exempt
def ready() -> ResponseReturnValue:
    """Say whether this node should get requests; to whoever may measure, also why.

    Sizes, positions and versions tell strangers more than a load balancer needs.
    """
    found = health.parts(tools())
    is_ready = health.is_ready(found)
    said: dict[str, object] = {"ready": is_ready}
    if may_measure():
        said = health.report(found, rate_limits=tools().settings.rate_limits)
    return jsonify(said), 200 if is_ready else 503


@bp.get("/metrics")
@limiter.exempt
def metrics() -> ResponseReturnValue:
    """Give counters and gauges to whoever may see them; else there is no page."""
    if not may_measure():
        abort(404)
    now = CollectorRegistry()
    now.register(Gauges(tools()))
    body = generate_latest(observed().shared()) + generate_latest(now)
    return Response(body, content_type=CONTENT_TYPE_LATEST)


def may_measure() -> bool:
    """Tell whether this request has the token, or needs none on loopback."""
    token = tools().settings.metrics_token
    if token:
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        same = hmac.compare_digest(given.strip().encode(), token.encode())
        return scheme.lower() == "bearer" and same
    if any(name in request.headers for name in FORWARDED):
        return False
    # A proxy that adds no header may still hand on the name that it was asked for.
    if urlsplit(f"//{request.host}").hostname not in OWN_NAMES:
        return False
    return _is_loopback(request.environ.get("REMOTE_ADDR", ""))


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
