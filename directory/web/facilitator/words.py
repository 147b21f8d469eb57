"""Words that only pages of facilitators have."""

from __future__ import annotations

from collections.abc import Mapping

from directory.cases.queries.inbox import Sort, Tab
from directory.cases.rules.duplicates import Same
from directory.cases.rules.triage import Line
from directory.web.words import _, _p

TABS: Mapping[Tab, str] = {
    Tab.UNASSIGNED: _("Unassigned"),
    Tab.MINE: _p("cases", "Mine"),
    Tab.TEAM: _("All of our office"),
    Tab.OVERDUE: _("Overdue"),
    Tab.OURS: _("Waiting for us"),
    Tab.PATIENT: _("Waiting for the patient"),
    Tab.HOSPITAL: _("Waiting for the hospital"),
    Tab.PAUSED: _("Paused"),
    Tab.CLOSED: _("Closed"),
}
"""What each list is called."""

SORTS: Mapping[Sort, str] = {
    Sort.DUE: _("By when"),
    Sort.OPENED: _("Came on"),
    Sort.STEP: _("Step"),
    Sort.REFERENCE: _("Case"),
    Sort.ASSIGNEE: _("Carried by"),
}
"""Headings of columns that sort."""

TRIAGE: Mapping[str, str] = {
    Line.ASKER.value: _("Who asks, for whom, and by what right, is clear"),
    Line.CONSENT.value: _("What the patient agreed to covers what we are about to do"),
    Line.DIAGNOSIS.value: _("A report bears the diagnosis out"),
    Line.LINES.value: _("Lines of treatment are counted, with drugs and dates"),
    Line.URGENCY.value: _("How urgent it is was asked"),
    Line.TRAVEL.value: _("Whether and when a journey is possible is known"),
    Line.LANGUAGE.value: _("Language, and whether an interpreter is needed, is known"),
}
"""Lines of the checklist; those about records are words of the guide."""

DUPLICATES: Mapping[Same, str] = {
    Same.EMAIL: _("the same email address"),
    Same.DIAGNOSIS: _("the same illness"),
    Same.COUNTRY: _("the same country"),
    Same.AGE: _("the same age group"),
    Same.LANGUAGE: _("the same language"),
    Same.NEAR: _("came within 30 days"),
}
"""What two inquiries have in common."""
