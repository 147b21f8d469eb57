"""Keeping promises of mail: write the letter, look whether it can go, send it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from directory.core.actor import system
from directory.core.config import Settings
from directory.core.crypto import KeyRing
from directory.core.work import Work
from directory.jobs.letters.letter import Asked, Letter, Writer
from directory.jobs.letters.registry import WRITERS
from directory.jobs.letters.rendering import render
from directory.jobs.promises import Keepers, NotKeptError
from directory.outbox import actions as queue
from directory.outbox.actions import Claim
from directory.outbox.ports import MailDelayedError, MailRefusedError
from directory.outbox.queries import dead
from directory.tools import Tools

PURPOSE = "outbox/address"
"""What digests of addresses are made for, see :meth:`KeyRing.digest`."""


def letter_keepers(
    tools: Tools,
    writers: Mapping[str, Writer] = WRITERS,
    words: Path | None = None,
) -> Keepers:
    """Return keepers for every letter; none where this process has no keys.

    Args:
        tools: The outside world.
        writers: By kind of promise.
        words: Folder of their templates; the program's own if not given.
    """
    if tools.keys is None:
        return {}
    post = Post(tools, writers, words or Settings.folder("templates"), tools.keys)
    return dict.fromkeys(writers, post.send)


@dataclass(frozen=True, slots=True)
class Post:
    """Sends letters.

    Args:
        tools: The outside world.
        writers: By kind of promise.
        words: Folder of their templates.
        keys: Make digests of addresses.
    """

    tools: Tools
    writers: Mapping[str, Writer]
    words: Path
    keys: KeyRing = field(repr=False)

    def send(self, claimed: Claim) -> None:
        """Send the letter that was promised, unless it is not needed any more.

        Raises:
            NotKeptError: If the letter could not be handed over, or its address
                is dead.
        """
        tools = self.tools
        with tools.reading() as session:
            letter = self.writers[claimed.kind](
                Asked(
                    session,
                    claimed.payload,
                    tools.links,
                    tools.clock(),
                    self.keys,
                )
            )
            if letter is None:
                return
            target = address_digest(self.keys, letter.to)
            code = dead(session, target)
        if code is not None:
            raise NotKeptError(code, is_final=True, target=target, about=letter.about)
        self._hand_over(claimed, letter, target)

    def _hand_over(self, claimed: Claim, letter: Letter, target: str) -> None:
        mail = render(
            letter,
            name=message_name(claimed),
            base_url=self.tools.links.url(""),
            now=self.tools.clock(),
            words=self.words,
        )
        try:
            self.tools.mailer.send(mail)
        except MailDelayedError as error:
            raise NotKeptError(
                error.reason, target=target, about=letter.about
            ) from error
        except MailRefusedError as error:
            if error.is_dead:
                self._declare_dead(target, error.reason)
            raise NotKeptError(
                error.reason, is_final=True, target=target, about=letter.about
            ) from error

    def _declare_dead(self, target: str, code: str) -> None:
        with self.tools.sessions.begin() as session:
            work = Work(session, system("mail"), self.tools.clock())
            queue.declare_dead(work, target, code)


def address_digest(keys: KeyRing, address: str) -> str:
    """Return the keyed digest of an address, in 64 hexadecimal digits.

    Servers may tell capital letters apart; none is known to do so.
    """
    return keys.digest(PURPOSE, address.strip().lower().encode()).hex()


def message_name(claimed: Claim) -> str:
    """Return what a mail's Message-ID begins with: the same for every try.

    The moment tells promises apart that had one number in two lives of a
    database, as after a backup was put back.
    """
    words = f"{claimed.id} {claimed.kind} {claimed.made_at.isoformat()}"
    return hashlib.sha256(words.encode()).hexdigest()[:32]
