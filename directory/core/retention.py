"""How long what people entrust to the directory is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Retention:
    """Days after which things are erased if nothing else happens to them.

    Args:
        closed_days: What was sent, after its case was closed.
        drafts_days: Answers that were not sent, after their last change.
        withdrawn_days: An inquiry that was taken back, after that.
        uploads_days: A file that did not arrive whole, after its last bytes.
    """

    closed_days: int = 730
    drafts_days: int = 30
    withdrawn_days: int = 30
    uploads_days: int = 7

    @property
    def closed(self) -> timedelta:
        """Return how long what was sent is kept after its case was closed."""
        return timedelta(days=self.closed_days)

    @property
    def drafts(self) -> timedelta:
        """Return how long answers that were not sent are kept."""
        return timedelta(days=self.drafts_days)

    @property
    def withdrawn(self) -> timedelta:
        """Return how long an inquiry that was taken back is kept."""
        return timedelta(days=self.withdrawn_days)

    @property
    def uploads(self) -> timedelta:
        """Return how long files are kept that did not arrive whole."""
        return timedelta(days=self.uploads_days)
