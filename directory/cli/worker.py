"""A worker that answers what is not HTTP without repeating it to anybody."""

from __future__ import annotations

import socket
from typing import Any

from gunicorn.http.errors import (  # type: ignore[attr-defined]  # stubs are older
    InvalidResponseHeader,
    InvalidResponseHeaderName,
    ParseException,
)
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import ThreadWorker

from directory.core.logs import log

logger = log("server")

UNREADABLE = """This address or request is too long or broken, so it was not read.
Shorten it, or start again from the first page of the directory.

网址或请求过长或有误，未能读取。请缩短，或从名录首页重新开始。
"""
"""Before a request is read there is no page and no language."""

BROKEN = """Something went wrong on our side. Try again in a few minutes.

我们这边出了问题，请过几分钟再试。
"""

HEADERS = (
    "Connection: close",
    "Content-Type: text/plain; charset=utf-8",
    "Cache-Control: no-store",
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy: no-referrer",
    "X-Content-Type-Options: nosniff",
)


OURS = (InvalidResponseHeader, InvalidResponseHeaderName)
"""Faults of an answer, which gunicorn counts among those of requests."""


class Worker(ThreadWorker):
    """Gunicorn's threaded worker, but for what it says of broken requests.

    The original writes the broken line into the log, beside the address that it
    came from, and into its answer. Search terms stand in such lines.
    """

    def handle_error(
        self,
        req: Any,  # noqa: ARG002 (gunicorn's)
        client: socket.socket,
        addr: Any,  # noqa: ARG002 (gunicorn's)
        exc: BaseException,
    ) -> None:
        """Answer in words, and write down only which kind of fault it was."""
        if isinstance(exc, ParseException) and not isinstance(exc, OURS):
            status, words = "400 Bad Request", UNREADABLE
            logger.info("request.unreadable", error=type(exc).__name__)
        else:
            status, words = "500 Internal Server Error", BROKEN
            logger.error("request.broken", error=type(exc).__name__)
        body = words.encode()
        head = (f"HTTP/1.1 {status}", *HEADERS, f"Content-Length: {len(body)}", "", "")
        try:
            write_nonblock(client, "\r\n".join(head).encode() + body)
        except OSError:
            logger.info("answer.unsent")
