"""Reports of trials, each with its own drawing."""

from __future__ import annotations

from dataclasses import dataclass

from directory.knowledge.rules.dots import Dots, dots
from directory.knowledge.rules.trial import TrialFigures
from directory.knowledge.rules.views import TherapyPage
from directory.web.context import language


@dataclass(frozen=True, slots=True)
class Report:
    """One report of one trial.

    Args:
        anchor: Its place on a page.
        figures: What it says.
        dots: Its shares as a drawing; ``None`` if it states none.
    """

    anchor: str
    figures: TrialFigures
    dots: Dots | None


def reports(page: TherapyPage) -> tuple[Report, ...]:
    """Return the reports of a product's trials, drawn for the page's language."""
    mirrored = language().is_right_to_left
    return tuple(
        Report(
            anchor=f"{page.slug}-trial-{number}",
            figures=figures,
            dots=dots(figures.figures, mirrored=mirrored),
        )
        for number, figures in enumerate(page.trials, start=1)
    )
