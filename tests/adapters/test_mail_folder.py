"""Mail that may not leave lies in a folder, where it can be read."""

import stat
from dataclasses import replace
from datetime import timedelta
from email import policy
from email.parser import BytesParser

import pytest
from structlog.testing import capture_logs

from directory.adapters.mail_folder import MOST_KEPT, FolderMailer
from directory.outbox.ports import MailRefusedError
from tests.adapters.test_mail_smtp import MAIL, SENDER

LINK = "https://directory.example.org/account/confirm/" + "a" * 300


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "mail"


@pytest.fixture
def mailer(folder):
    return FolderMailer(folder, SENDER)


def test_a_mail_is_a_file_with_its_link_whole(mailer, folder):
    mailer.send(replace(MAIL, text=f"您好\n\n{LINK}\n", html=f'<a href="{LINK}">'))

    (path,) = folder.iterdir()
    assert path.suffix == ".eml"
    assert f"\n{LINK}\n" in path.read_text()
    assert f'"{LINK}"' in path.read_text()
    message = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
    assert message["To"].addresses[0].addr_spec == MAIL.to
    assert message.get_body(("plain",)).get_content() == f"您好\n\n{LINK}\n"


def test_only_the_owner_reads_it(mailer, folder):
    mailer.send(MAIL)

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()] == [0o600]


def test_the_log_says_where_it_lies_and_not_for_whom(mailer, folder):
    with capture_logs() as lines:
        mailer.send(MAIL)

    (path,) = folder.iterdir()
    assert [line["where"] for line in lines] == [str(path)]
    assert MAIL.to not in str(lines)
    assert "王芳" not in str(lines)


def test_the_same_mail_again_takes_the_place_of_the_first(mailer, folder):
    mailer.send(MAIL)
    mailer.send(replace(MAIL, at=MAIL.at + timedelta(hours=1)))
    mailer.send(replace(MAIL, name="another"))

    assert len(list(folder.iterdir())) == 2


def test_the_folder_does_not_grow_for_ever(mailer, folder):
    folder.mkdir()
    for number in range(MOST_KEPT + 5):
        (folder / f"20200101T000000-{number:032}.eml").touch()

    mailer.send(MAIL)

    assert len(list(folder.iterdir())) == MOST_KEPT
    assert any(MAIL.name in path.name for path in folder.iterdir())


def test_an_address_that_is_none_is_refused_here_as_well(mailer, folder):
    with pytest.raises(MailRefusedError):
        mailer.send(replace(MAIL, to="a@b\r\nBcc: c@d"))

    assert not folder.exists()
