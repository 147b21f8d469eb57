"""Mail over a real SMTP server: what is taken, refused, delayed."""

from __future__ import annotations

import ssl
from dataclasses import replace
from typing import Any

import pytest

from directory.adapters.mail_smtp import SmtpMailer
from directory.core.mail import Relay
from directory.core.text import Language
from directory.outbox.ports import Mail, MailDelayedError, MailRefusedError
from tests.adapters.mail_desk import Desk, Elsewhere, certificate, free_port, listening
from tests.conftest import NOW

SENDER = "no-reply@directory.example.org"
MAIL = Mail(
    name="0123456789abcdef",
    to="reader@example.org",
    addressee="王芳",
    language=Language.ZH,
    subject="您好",
    text="您好，\n\n.点开头的一行\nhttps://directory.example.org/a?b=1\n",
    html='<p>您好，<a href="https://directory.example.org/a?b=1">打开</a></p>\n',
    at=NOW,
)


@pytest.fixture
def desk():
    return Desk()


def send(relay: Relay, mail: Mail = MAIL, **options: object) -> None:
    given = {"patience": 5.0} | options
    SmtpMailer(relay, SENDER, **given).send(mail)  # type: ignore[arg-type]


def test_a_mail_arrives_as_it_was_written(desk):
    with listening(desk) as relay:
        send(relay)

    (envelope,) = desk.taken
    assert envelope.mail_from == SENDER
    assert envelope.rcpt_tos == ["reader@example.org"]
    assert envelope.original_content.isascii()
    (message,) = desk.messages()
    assert message["From"] == SENDER
    assert message["To"].addresses[0].display_name == "王芳"
    assert message["To"].addresses[0].addr_spec == "reader@example.org"
    assert message["Subject"] == "您好"
    assert message["Date"].datetime == NOW
    assert message["Message-ID"] == "<0123456789abcdef@directory.example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "zh-Hans"
    assert message.get_content_type() == "multipart/alternative"
    text, html = message.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == (
        "text/plain",
        "text/html",
    )
    assert text.get_content().replace("\r\n", "\n") == MAIL.text
    assert html.get_content().replace("\r\n", "\n") == MAIL.html


@pytest.mark.parametrize(
    ("answer", "reason", "is_dead"),
    [
        ("550 5.1.1 <reader@example.org> unknown", "550 5.1.1", True),
        ("550 no such user", "550", True),
        ("553 5.1.3 bad address", "553 5.1.3", True),
        ("550 5.2.1 disabled", "550 5.2.1", True),
        ("552 5.2.2 mailbox full", "552 5.2.2", False),
        ("554 5.7.1 relaying denied", "554 5.7.1", False),
        ("550 5.7.1 blocked", "550 5.7.1", False),
        ("550 5.1.8 bad sender", "550 5.1.8", False),
        ("554 go away", "554", False),
    ],
)
def test_a_recipient_is_refused_for_good(desk, answer, reason, is_dead):
    desk.at_recipient.append(answer)
    with listening(desk) as relay, pytest.raises(MailRefusedError) as caught:
        send(relay)

    assert (caught.value.reason, caught.value.is_dead) == (reason, is_dead)
    assert "reader" not in str(caught.value)
    assert desk.taken == []


@pytest.mark.parametrize(
    ("place", "answer", "reason"),
    [
        ("at_recipient", "451 4.7.1 greylisted", "451 4.7.1"),
        ("at_recipient", "450 later", "450"),
        ("at_recipient", "421 4.3.2 closing", "421 4.3.2"),
        ("at_recipient", "530 5.7.0 sign in first", "530 5.7.0"),
        ("at_sender", "550 5.7.1 not your address", "550 5.7.1"),
        ("at_end", "452 4.3.1 disk full", "452 4.3.1"),
        ("at_end", "drop", "SMTPServerDisconnected"),
    ],
)
def test_a_mail_is_delayed_and_arrives_the_next_time(desk, place, answer, reason):
    getattr(desk, place).append(answer)
    with listening(desk) as relay:
        with pytest.raises(MailDelayedError) as caught:
            send(relay)
        send(relay)

    assert caught.value.reason == reason
    assert len({message["Message-ID"] for message in desk.messages()}) == 1
    assert len(desk.taken) == (2 if answer == "drop" else 1)


def test_a_mail_is_refused_for_what_it_is(desk):
    desk.at_end.append("554 5.6.0 not such a mail")
    with listening(desk) as relay, pytest.raises(MailRefusedError) as caught:
        send(relay)

    assert (caught.value.reason, caught.value.is_dead) == ("554 5.6.0", False)


def test_a_server_that_is_too_slow_is_asked_again_later(desk):
    desk.waits = 1.0
    with listening(desk) as relay, pytest.raises(MailDelayedError) as caught:
        send(relay, patience=0.2)

    assert caught.value.reason == "SMTPServerDisconnected"


def test_a_server_that_is_not_there_delays():
    with pytest.raises(MailDelayedError) as caught:
        send(Relay("127.0.0.1", free_port()))

    assert caught.value.reason == "ConnectionRefusedError"


def test_a_server_that_offers_no_encryption_gets_no_mail(desk):
    with listening(desk) as relay, pytest.raises(MailDelayedError) as caught:
        send(Elsewhere(relay.host, relay.port, "user", "p@ss word"))

    assert caught.value.reason == "SMTPNotSupportedError"
    assert (desk.taken, desk.users) == ([], [])


def test_mail_to_another_machine_is_encrypted_and_signed_in_for(desk, tmp_path):
    known = certificate(tmp_path)
    with listening(
        desk,
        tls_context=known.server,
        require_starttls=True,
        authenticator=desk.authenticator,
        auth_required=True,
    ) as relay:
        away = Elsewhere(relay.host, relay.port, "user", "p@ss word")
        send(away, trusted=known.client)

    assert desk.encrypted == [True]
    assert desk.users == ["user"]


def test_mail_is_encrypted_from_the_start_where_that_is_asked_for(desk, tmp_path):
    known = certificate(tmp_path)
    with listening(desk, ssl_context=known.server) as relay:
        send(replace(relay, is_tls=True), trusted=known.client)

    assert len(desk.taken) == 1


@pytest.mark.parametrize("is_tls", [True, False])
@pytest.mark.parametrize("fault", ["unknown issuer", "another name"])
def test_a_server_that_is_somebody_else_gets_no_mail(desk, tmp_path, fault, is_tls):
    host = "127.0.0.1" if fault == "unknown issuer" else "elsewhere.example.org"
    known = certificate(tmp_path, host)
    trusted = ssl.create_default_context() if host == "127.0.0.1" else known.client
    how: dict[str, Any] = {"ssl_context" if is_tls else "tls_context": known.server}
    with listening(desk, **how) as relay, pytest.raises(MailDelayedError) as caught:
        send(Elsewhere(relay.host, relay.port, is_tls=is_tls), trusted=trusted)

    assert caught.value.reason == "SSLCertVerificationError"
    assert desk.taken == []


def test_a_wrong_password_is_a_matter_of_settings(desk, tmp_path):
    with (
        listening(
            desk,
            authenticator=desk.authenticator,
            auth_require_tls=False,
        ) as relay,
        pytest.raises(MailDelayedError) as caught,
    ):
        send(replace(relay, user="user", password="wrong"))

    assert caught.value.reason == "535 5.7.8"


@pytest.mark.parametrize(
    "address",
    [
        "a@example.org\r\nBcc: b@example.org",
        "a@example.org\nRCPT TO:<b@example.org>",
        "a@example.org, b@example.org",
        "a b@example.org",
        "<a@example.org>",
        "a@example.org>\r\nDATA",
        "nobody",
        "@example.org",
        "a@",
        "",
        "a@example.org\x00",
        "a@exa\u2028mple.org",
    ],
)
def test_no_address_begins_a_second_header_or_command(desk, address):
    with listening(desk) as relay, pytest.raises(MailRefusedError) as caught:
        send(relay, replace(MAIL, to=address))

    assert (caught.value.reason, caught.value.is_dead) == ("address-malformed", True)
    assert desk.taken == []


@pytest.mark.parametrize("field", ["addressee", "subject"])
def test_no_name_or_subject_begins_a_second_header(desk, field):
    """Rendering makes them one line; whoever forgets that sends nothing."""
    change: dict[str, Any] = {field: "Hello\r\nBcc: other@example.org"}
    with listening(desk) as relay, pytest.raises(ValueError, match=r"(?i)line|CR"):
        send(relay, replace(MAIL, **change))

    assert desk.taken == []


def test_letters_beyond_ascii_before_the_at_need_a_server_that_takes_them(desk):
    mail = replace(MAIL, to="王@example.org")
    with (
        listening(desk, enable_SMTPUTF8=False) as relay,
        pytest.raises(MailRefusedError) as caught,
    ):
        send(relay, mail)
    assert caught.value.reason == "smtputf8-missing"

    with listening(desk, enable_SMTPUTF8=True) as relay:
        send(relay, mail)

    assert desk.taken[0].rcpt_tos == ["王@example.org"]
    assert "<王@example.org>\r\n".encode() in desk.taken[0].original_content


def test_a_domain_of_other_letters_is_written_in_ascii(desk):
    with listening(desk) as relay:
        send(relay, replace(MAIL, to="a@straße.de"))

    # The older rules would make it strasse.de, which is somebody else's.
    assert desk.taken[0].rcpt_tos == ["a@xn--strae-oqa.de"]
