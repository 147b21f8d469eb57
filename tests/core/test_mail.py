"""Where mail is handed over and whom it comes from, read from settings."""

import pytest

from directory.core.config import load
from directory.core.errors import SettingError
from directory.core.mail import AddressMalformedError, Relay, ascii_address, sender

BASE = {"DIRECTORY_BASE_URL": "https://directory.example.org"}


@pytest.mark.parametrize(
    ("url", "relay"),
    [
        ("smtp://mail.example.org", Relay("mail.example.org", 587)),
        ("smtp://mail.example.org:2525/", Relay("mail.example.org", 2525)),
        ("smtps://mail.example.org", Relay("mail.example.org", 465, is_tls=True)),
        (
            "smtp://office%40example.org:p%40ss%2Fword@mail.example.org",
            Relay("mail.example.org", 587, "office@example.org", "p@ss/word"),
        ),
    ],
)
def test_a_mail_server_is_read_from_its_address(url, relay):
    assert Relay.parse(url) == relay
    assert "p@ss" not in repr(Relay.parse(url))


@pytest.mark.parametrize(
    ("host", "is_here"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("::1", True),
        ("10.0.0.1", False),
        ("mail.example.org", False),
        ("localhost.example.org", False),
    ],
)
def test_only_this_machine_is_spared_encryption(host, is_here):
    assert Relay(host, 25).is_here is is_here


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.org",
        "http://mail.example.org",
        "smtp://",
        "smtp://user@mail.example.org",
        "smtp://mail.example.org:many",
        "smtp://mail.example.org:99999",
        "smtp://mail.example.org/box",
        "smtp://mail.example.org?tls=no",
        "smtp://user:secret@[mail",
    ],
)
def test_a_wrong_mail_server_stops_the_start_in_one_line(tmp_path, url):
    with pytest.raises(SettingError) as caught:
        load({"DIRECTORY_DATA": str(tmp_path), "DIRECTORY_SMTP_URL": url, **BASE})

    said = str(caught.value)
    assert said.startswith("DIRECTORY_SMTP_URL: ")
    assert "\n" not in said
    assert "secret" not in said


def test_mail_leaves_only_where_its_links_lead_somewhere(tmp_path):
    url = {"DIRECTORY_DATA": str(tmp_path), "DIRECTORY_SMTP_URL": "smtp://localhost"}

    with pytest.raises(SettingError, match="needs DIRECTORY_BASE_URL"):
        load(url)
    assert load(url | BASE).smtp_url == "smtp://localhost"


@pytest.mark.parametrize(
    ("mail_from", "base_url", "expected"),
    [
        ("", "https://directory.example.org", "no-reply@directory.example.org"),
        ("", "https://directory.example.org:8443/a", "no-reply@directory.example.org"),
        ("", "https://例子.中国", "no-reply@xn--fsqu00a.xn--fiqs8s"),
        ("", "http://127.0.0.1:8000", "no-reply@localhost"),
        ("", "http://localhost:8000", "no-reply@localhost"),
        ("", "", "no-reply@localhost"),
        ("office@example.org", "https://directory.example.org", "office@example.org"),
    ],
)
def test_mail_comes_from_the_public_host_unless_set(mail_from, base_url, expected):
    assert sender(mail_from, base_url) == expected


@pytest.mark.parametrize(
    "value", ["nobody", "a@b, c@d", "a@b\nBcc: c@d", "<a@b>", "王@b.org"]
)
def test_a_wrong_sender_stops_the_start_in_one_line(tmp_path, value):
    with pytest.raises(SettingError) as caught:
        load({"DIRECTORY_DATA": str(tmp_path), "DIRECTORY_MAIL_FROM": value})

    assert str(caught.value).startswith("DIRECTORY_MAIL_FROM: ")
    assert value not in str(caught.value)


def test_a_sender_is_taken_as_it_is_set(tmp_path):
    given = {"DIRECTORY_DATA": str(tmp_path)}

    assert load(given).mail_from == ""
    set_ = load({**given, "DIRECTORY_MAIL_FROM": " office@straße.de "})
    assert set_.mail_from == "office@xn--strae-oqa.de"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("a@example.org", "a@example.org"),
        ("a.b+c@hospital.test", "a.b+c@hospital.test"),
        ("a@straße.de", "a@xn--strae-oqa.de"),
        ("王@例子.中国", "王@xn--fsqu00a.xn--fiqs8s"),
    ],
)
def test_a_domain_is_written_in_ascii(address, expected):
    assert ascii_address(address) == expected


@pytest.mark.parametrize("address", ["a@b@c", "a\u202e@example.org", "a@exa mple.org"])
def test_what_is_no_address_is_none(address):
    with pytest.raises(AddressMalformedError):
        ascii_address(address)
