"""Every group of pages says whom it is for."""

from __future__ import annotations

import importlib
import pkgutil

from flask import Blueprint

from directory import web
from directory.web.blueprints import BLUEPRINTS, Audience


def defined() -> dict[str, str]:
    """Return import name and module of every blueprint that pages define."""
    found = {}
    for module in pkgutil.walk_packages(web.__path__, "directory.web."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, Blueprint):
                found[value.name] = value.import_name
    return found


def test_every_blueprint_states_its_audience():
    stated = {
        group.blueprint.name: group.blueprint.import_name
        for group in BLUEPRINTS
        if group.audience in Audience
    }

    assert defined() == stated


def test_a_blueprint_lives_with_its_audience():
    for group in BLUEPRINTS:
        assert group.blueprint.import_name.split(".")[2] == group.audience.value
