"""Words of cases that pages of patients, facilitators and hospitals share."""

from __future__ import annotations
