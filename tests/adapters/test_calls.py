"""Calling addresses: over real TLS, to public addresses only, led nowhere else."""

from __future__ import annotations

import ssl
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from directory.adapters.calls import HttpsCaller
from directory.core.calls import (
    AddressRefusedError,
    CallFailedError,
    check_url,
    is_public,
)

NAME = "hooks.example.org"

REFUSED = {
    "http://hooks.example.org/": "scheme",
    "ftp://hooks.example.org/": "scheme",
    "//hooks.example.org/": "scheme",
    "file:///etc/passwd": "scheme",
    "https://user:secret@hooks.example.org/": "user",
    "https://user@hooks.example.org/": "user",
    "https://hooks.example.org:22/": "port",
    "https://hooks.example.org:99999/": "host",
    "https://hooks.example.org/#part": "fragment",
    "https://localhost/": "host",
    "https://server/": "host",
    "https://printer.local/": "host",
    "https://db.internal/": "host",
    "https://127.0.0.1/": "host",
    "https://127.1/": "host",
    "https://2130706433/": "host",
    "https://0x7f000001/": "host",
    "https://0x7f.0.0.0x1/": "host",
    "https://0177.0.0.1/": "host",
    "https://10.0.0.1/": "host",
    "https://172.16.0.1/": "host",
    "https://192.168.0.1/": "host",
    "https://169.254.169.254/latest": "host",
    "https://100.64.0.1/": "host",
    "https://0.0.0.0/": "host",
    "https://224.0.0.1/": "host",
    "https://255.255.255.255/": "host",
    "https://198.18.0.1/": "host",
    "https://[::1]/": "host",
    "https://[::]/": "host",
    "https://[::ffff:127.0.0.1]/": "host",
    "https://[::ffff:a00:1]/": "host",
    "https://[64:ff9b::7f00:1]/": "host",
    "https://[64:ff9b::a00:1]/": "host",
    "https://[2002:7f00:1::]/": "host",
    "https://[fe80::1]/": "host",
    "https://[fc00::1]/": "host",
    "https://[ff02::1]/": "host",
    "https://[::1/": "host",
    "https:///path": "host",
    "https://hooks..example.org/": "host",
    "https://hooks.example.org/a b": "host",
    "https://hooks.example.org/\n": "host",
    "https://höoks.example.org/": "host",
    "": "length",
    "https://hooks.example.org/" + "a" * 500: "length",
}


@pytest.mark.parametrize("url", REFUSED)
def test_an_address_that_leads_inside_is_refused(url):
    with pytest.raises(AddressRefusedError) as refused:
        check_url(url)

    assert refused.value.facts["reason"] == REFUSED[url]


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example.org",
        "https://hooks.example.org/news?key=1",
        "https://hooks.example.org:8443/",
        "https://8.8.8.8/",
        "https://[2606:4700::1111]/",
    ],
)
def test_an_ordinary_address_is_taken(url):
    assert check_url(url) == url


def test_what_is_public_is_told_from_what_is_not():
    assert is_public(ip_address("8.8.8.8"))
    assert not is_public(ip_address("::ffff:192.168.1.1"))


class Telephone(ThreadingHTTPServer):
    """Remembers what it was told."""

    told: list[tuple[str, dict[str, str], bytes]]


class Told(BaseHTTPRequestHandler):
    """Answers as its address says."""

    server: Telephone

    def do_POST(self) -> None:
        length = int(self.headers["content-length"])
        self.server.told.append(
            (self.path, dict(self.headers), self.rfile.read(length))
        )
        status = int(self.path.strip("/") or 204)
        self.send_response(status)
        if status == 302:
            self.send_header("location", "/204")
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_words: object) -> None:
        pass


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """Return the file of a certificate for the name, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def server(certificate, monkeypatch):
    """Return a server on loopback that a public-looking name stands for."""
    made = Telephone(("127.0.0.1", 0), Told)
    made.told = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    made.socket = context.wrap_socket(made.socket, server_side=True)
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    port = made.server_address[1]
    monkeypatch.setattr("directory.adapters.calls.check_url", lambda url: url)
    monkeypatch.setattr(
        "socket.getaddrinfo",
        lambda *_asked, **_more: [(2, 1, 6, "", ("127.0.0.1", port))],
    )
    yield made
    made.shutdown()
    made.server_close()


@pytest.fixture
def trusted(certificate):
    context = ssl.create_default_context()
    context.load_verify_locations(certificate)
    return context


def url(server, path="/"):
    return f"https://{NAME}:{server.server_address[1]}{path}"


def test_a_server_is_told_by_its_name_over_tls(server, trusted):
    caller = HttpsCaller(lambda _address: True, trusted)

    answer = caller.post(url(server), b"{}", {"webhook-id": "one"})

    assert answer.status == 204
    path, headers, body = server.told[0]
    assert (path, body, headers["webhook-id"]) == ("/", b"{}", "one")
    assert headers["Host"].startswith(NAME)


@pytest.mark.parametrize("status", [200, 302, 404, 410, 500])
def test_whatever_is_answered_is_returned_and_nothing_is_followed(
    server, trusted, status
):
    caller = HttpsCaller(lambda _address: True, trusted)

    answer = caller.post(url(server, f"/{status}"), b"{}", {})

    assert answer.status == status
    assert len(server.told) == 1


def test_a_certificate_that_nobody_vouches_for_is_no_answer(server):
    with pytest.raises(CallFailedError):
        HttpsCaller(lambda _address: True).post(url(server), b"{}", {})

    assert server.told == []


def test_a_name_that_stands_for_an_address_inside_is_not_called(server, trusted):
    with pytest.raises(AddressRefusedError):
        HttpsCaller(trusted=trusted).post(url(server), b"{}", {})

    assert server.told == []


def test_nobody_there_is_no_answer(server, trusted):
    there = url(server)
    server.shutdown()
    server.server_close()

    with pytest.raises(CallFailedError):
        HttpsCaller(lambda _address: True, trusted).post(there, b"{}", {})
