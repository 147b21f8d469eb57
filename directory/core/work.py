"""One transaction, one actor, one moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from directory.core.actor import Actor
from directory.core.db import Session
from directory.core.errors import RefusedError
from directory.core.permissions import Permission, holds
from directory.core.retention import Retention


@dataclass(frozen=True, slots=True)
class Work:
    """What an action is given.

    Nobody below ``web``, ``jobs`` and ``cli`` commits its session.

    Args:
        session: The transaction that everything here belongs to.
        actor: Who asks.
        now: The moment at which it happens, aware and in UTC.
    """

    session: Session
    actor: Actor
    now: datetime

    @property
    def retention(self) -> Retention:
        """Return how long things are kept, as the maker of the session was told."""
        found = self.session.info.get(Retention)
        return found if isinstance(found, Retention) else Retention()

    def require(self, permission: Permission) -> None:
        """Refuse unless the actor holds the permission.

        Raises:
            RefusedError: With the permission that was missing.
        """
        if not holds(self.actor, permission):
            raise RefusedError(permission=permission.value, actor=self.actor.name)
