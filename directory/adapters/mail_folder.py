"""Mail into a folder, for machines where none may leave: development and trials."""

from __future__ import annotations

import os
from email import policy
from pathlib import Path

from directory.adapters.mail_message import compose
from directory.core.logs import log
from directory.outbox.ports import Mail

MOST_KEPT = 500
"""Mails in the folder; the oldest are deleted beyond that."""

READABLE = policy.default.clone(cte_type="8bit", max_line_length=900, utf8=True)
"""Nothing encoded and no link cut, so that the files can be read as they are."""

logger = log("mail")


class FolderMailer:
    """Writes each mail as a file that mail programs and editors open.

    The log says where it lies; addresses and words stand in the file alone.

    Args:
        folder: Made when the first mail is written, for its owner alone.
        sender: Address that mail comes from.
    """

    def __init__(self, folder: Path, sender: str) -> None:
        """Remember where mail is put."""
        self._folder = folder
        self._sender = sender

    def send(self, mail: Mail) -> None:
        """Write the mail down; a second time it takes the place of the first.

        Raises:
            MailRefusedError: If the address is none.
            OSError: If the folder cannot be written.
        """
        message = compose(mail, self._sender, READABLE)
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._folder / f"{mail.at:%Y%m%dT%H%M%S}-{mail.name}.eml"
        for earlier in self._folder.glob(f"*-{mail.name}.eml"):
            earlier.unlink(missing_ok=True)
        unfinished = path.with_suffix(".part")
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(message.as_bytes())
        unfinished.replace(path)
        for old in sorted(self._folder.glob("*.eml"))[:-MOST_KEPT]:
            old.unlink(missing_ok=True)
        logger.info("mail.written", where=str(path))
