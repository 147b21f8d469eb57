"""Sheets of facts, for whoever keeps a listing."""

from __future__ import annotations

from directory.web import importing
from directory.web.hospital.blueprint import bp

importing.offer(bp, "hospital")
