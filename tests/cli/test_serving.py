"""The server as a client on the wire meets it."""

from __future__ import annotations

import os
import signal
import socket
import time
from pathlib import Path

import pytest

from tests.journeys.conftest import Server, serving


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("serving")) as running:
        yield running


def exchange(server: Server, sent: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as wire:
        wire.sendall(sent)
        received = b""
        while piece := wire.recv(65536):
            received += piece
    return received


def get(server: Server, path: str) -> bytes:
    line = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    return exchange(server, line.encode())


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /centers?q="
        + b"zqcanary" * 1300
        + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GARBAGE zqcanary\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 90_000 + b"\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
        (
            b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        ),
        (
            b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n"
            b"Content-Length: 2\r\n\r\nab"
        ),
        b"GET / HTTP/1.1\r\nHost: localhost\r\n folded: header\r\n\r\n",
    ],
    ids=["10kB query", "garbage", "headers", "version", "smuggling", "two", "folded"],
)
def test_what_cannot_be_read_gets_a_clear_400_and_is_not_repeated(server, sent):
    answer = exchange(server, sent)

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"Shorten it" in answer
    assert b"zqcanary" not in answer
    log = (server.data / "server.log").read_text()
    assert "zqcanary" not in log
    assert "Traceback" not in log


def test_a_long_query_that_fits_is_an_ordinary_page(server):
    assert get(server, "/centers?q=" + "a" * 7000).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    ("path", "header"),
    [
        ("//other.example/", "SCRIPT_NAME: //other.example"),
        ("/centers", "PATH_INFO: /healthz"),
        ("/", "X-Forwarded-Proto: https"),
        ("/", "X-Forwarded-Ssl: on"),
        ("/", "X-Forwarded-Host: other.example"),
        ("/", "X-Forwarded-Prefix: //other.example"),
    ],
)
def test_headers_of_proxies_are_not_believed_unless_hops_say_so(server, path, header):
    lines = ("Host: localhost", "Connection: close", header, "", "")

    answer = exchange(server, "\r\n".join((f"GET {path} HTTP/1.1", *lines)).encode())

    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"strict-transport-security" not in head.lower()
    assert b'="//other.example' not in body
    assert b"https://localhost" not in body
    if path == "/centers":
        assert b"alive" not in body
    elif path == "/":
        assert answer.startswith(b"HTTP/1.1 200 ")
    else:
        assert answer.startswith(b"HTTP/1.1 404 ")


def test_a_killed_worker_is_replaced_by_itself(server):
    assert server.process
    pid = server.process.pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for child in children:
        os.kill(int(child), signal.SIGKILL)
    killed = time.monotonic()

    while time.monotonic() < killed + 30:
        try:
            if get(server, "/healthz").startswith(b"HTTP/1.1 200 "):
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError("nobody answered any more")
