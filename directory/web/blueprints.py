"""All groups of pages, each with the people it is for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from flask import Blueprint

from directory.web.account import views as account
from directory.web.admin import views as admin
from directory.web.api import views as api
from directory.web.facilitator import views as facilitator
from directory.web.hospital import views as hospital
from directory.web.inquiries import views as inquiries
from directory.web.machines import views as machines
from directory.web.moderation import views as moderation
from directory.web.public import views as public
from directory.web.referrals import views as referrals


class Audience(StrEnum):
    """Who reads a group of pages."""

    PUBLIC = "public"
    INQUIRIES = "inquiries"
    ACCOUNT = "account"
    HOSPITAL = "hospital"
    REFERRALS = "referrals"
    MODERATION = "moderation"
    FACILITATOR = "facilitator"
    ADMIN = "admin"
    API = "api"
    MACHINES = "machines"

    @property
    def is_private(self) -> bool:
        """Whether answers are for one reader: never cached, scripts by nonce."""
        return self not in {Audience.PUBLIC, Audience.API, Audience.MACHINES}


@dataclass(frozen=True, slots=True)
class Group:
    """A blueprint and its audience."""

    blueprint: Blueprint
    audience: Audience


BLUEPRINTS: tuple[Group, ...] = (
    Group(public.bp, Audience.PUBLIC),
    Group(inquiries.bp, Audience.INQUIRIES),
    Group(inquiries.uploads, Audience.INQUIRIES),
    Group(account.bp, Audience.ACCOUNT),
    Group(hospital.bp, Audience.HOSPITAL),
    Group(referrals.bp, Audience.REFERRALS),
    Group(facilitator.bp, Audience.FACILITATOR),
    Group(moderation.bp, Audience.MODERATION),
    Group(admin.bp, Audience.ADMIN),
    Group(api.bp, Audience.API),
    Group(machines.bp, Audience.MACHINES),
)
"""Registered in this order."""
